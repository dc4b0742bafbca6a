namespace JobRequests.Grains;

/// <summary>Who waits for a job's view to change. A job that nobody waits for takes no room.</summary>
internal sealed class ViewWatches
{
    private readonly Dictionary<string, List<TaskCompletionSource<bool>>> _watches = new(StringComparer.Ordinal);

    public int Count => _watches.Count;

    /// <summary>Completes at the next change of the job's view, at the latest after <paramref name="wait"/> or when closing.</summary>
    /// <returns>Whether there was a change.</returns>
    public async Task<bool> WaitAsync(string jobRequestId, TimeSpan wait, TimeProvider clock, CancellationToken closing)
    {
        var watch = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_watches.TryGetValue(jobRequestId, out var watches)) _watches[jobRequestId] = watches = [];
        watches.Add(watch);
        try
        {
            // A timer of its own rather than Task.WaitAsync: that would bring each change by way of the thread pool.
            await using var timer = clock.CreateTimer(static state => ((TaskCompletionSource<bool>)state!)
                .TrySetResult(false), watch, wait, Timeout.InfiniteTimeSpan);
            await using var end = closing.UnsafeRegister(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(false), watch);
            return await watch.Task;
        }
        finally
        {
            watches.Remove(watch);
            if (watches.Count == 0 && _watches.TryGetValue(jobRequestId, out var current) && current == watches) _watches.Remove(jobRequestId);
        }
    }

    public void Notify(string jobRequestId)
    {
        if (!_watches.Remove(jobRequestId, out var watches)) return;
        foreach (var watch in watches) watch.TrySetResult(true);
    }
}
