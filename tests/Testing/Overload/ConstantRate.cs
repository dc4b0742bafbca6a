using System.Collections.Concurrent;
using System.Diagnostics;

namespace JobRequests.Testing.Overload;

/// <summary>Sends at a rate, whatever the server does: a slow server shows in the times, not in fewer calls.</summary>
internal static class ConstantRate
{
    // What is unanswered by then is a result of its own; more would test the generator.
    private const int MostUnanswered = 20_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    /// <returns>Every call, when all were answered.</returns>
    public static async Task<IReadOnlyCollection<SentCall>> RunAsync(double rate, TimeSpan duration, Func<int, Task<string>> send, Action? onTick = null)
    {
        var calls = new ConcurrentQueue<SentCall>();
        var pending = new ConcurrentDictionary<int, Task>();
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Tick);
        var sent = 0;
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < duration && await timer.WaitForNextTickAsync())
        {
            for (var due = (int)(elapsed.TotalSeconds * rate); sent < due && pending.Count < MostUnanswered; sent++)
            {
                var number = sent;
                var call = CallAsync(number);
                pending[number] = call;
                if (call.IsCompleted) pending.TryRemove(number, out _);
            }

            onTick?.Invoke();
        }

        await Task.WhenAll(pending.Values);
        return calls;

        async Task CallAsync(int number)
        {
            await Task.Yield();
            var at = Stopwatch.GetTimestamp();
            var answer = await send(number);
            calls.Enqueue(new SentCall(Stopwatch.GetElapsedTime(started, at), Stopwatch.GetElapsedTime(at), answer));
            pending.TryRemove(number, out _);
        }
    }
}

/// <param name="At">When it was sent, from the start.</param>
/// <param name="Took">Until its answer was read.</param>
/// <param name="Answer">Status and code.</param>
internal readonly record struct SentCall(TimeSpan At, TimeSpan Took, string Answer)
{
    public bool IsDecided => Answer is "200" or "201" || Answer.StartsWith("409", StringComparison.Ordinal);

    public bool IsRefused => Answer.StartsWith("503", StringComparison.Ordinal);
}
