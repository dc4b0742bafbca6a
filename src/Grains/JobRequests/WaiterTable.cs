using System.Diagnostics.Metrics;

namespace JobRequests.Grains;

/// <summary>Who waits for which request's outcome. An entry lives exactly as long as its wait.</summary>
/// <param name="closing">Ends every wait: the silo is about to stop, and who waits may ask the job's next home.</param>
internal sealed class WaiterTable(CancellationToken closing)
{
    private static readonly UpDownCounter<long> Waiting = Telemetry.Meter.CreateUpDownCounter<long>(
        "jobs.waiters", "{waiter}", "Calls that wait for an outcome.");

    private readonly Dictionary<LedgerKey, List<Waiter>> _waiters = [];

    public int Count { get; private set; }

    public async Task<Answer?> WaitAsync(LedgerKey name, string? fingerprint, TimeSpan wait, TimeProvider clock)
    {
        var waiter = new Waiter(fingerprint);
        if (!_waiters.TryGetValue(name, out var list)) _waiters[name] = list = [];
        list.Add(waiter);
        Waiting.Add(1);
        Count++;
        try
        {
            // A timer of its own rather than WaitAsync: that would bring each answer by way of the thread pool.
            await using var timer = clock.CreateTimer(static state => ((Waiter)state!).Answered.TrySetResult(null), waiter, wait, Timeout.InfiniteTimeSpan);
            await using var end = closing.UnsafeRegister(static state => ((Waiter)state!).Answered.TrySetResult(null), waiter);
            return await waiter.Answered.Task;
        }
        finally
        {
            Waiting.Add(-1);
            Count--;
            list.Remove(waiter);
            if (list.Count == 0 && _waiters.TryGetValue(name, out var current) && ReferenceEquals(current, list)) _waiters.Remove(name);
        }
    }

    /// <summary>
    /// Tells the outcome of the record with <paramref name="fingerprint"/>. Who waits with another payload under the same name is
    /// told so once that name is taken for good, and waits on otherwise.
    /// </summary>
    public void Resolve(LedgerKey name, string? fingerprint, Answer answer)
    {
        if (!_waiters.TryGetValue(name, out var list)) return;
        foreach (var waiter in list)
        {
            if (waiter.Fingerprint is null || fingerprint is null || waiter.Fingerprint == fingerprint) waiter.Answered.TrySetResult(answer);
            else if (answer is Answer.Recorded) waiter.Answered.TrySetResult(new Answer.OtherPayload());
        }
    }

    private sealed class Waiter(string? fingerprint)
    {
        public string? Fingerprint { get; } = fingerprint;
        public TaskCompletionSource<Answer?> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
