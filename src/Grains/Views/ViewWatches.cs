namespace JobRequests.Grains;

/// <summary>Who waits for a job's view to change. A job that nobody waits for takes no room.</summary>
internal sealed class ViewWatches
{
    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);

    public int Count => _watches.Count;

    /// <summary>Completes at the next change of the job's view.</summary>
    /// <exception cref="TimeoutException">There was none within <paramref name="wait"/>.</exception>
    public async Task WaitAsync(string jobRequestId, TimeSpan wait, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!_watches.TryGetValue(jobRequestId, out var watch)) _watches.Add(jobRequestId, watch = new Watch());
        watch.Waiting++;
        try
        {
            await watch.Changed.Task.WaitAsync(wait, clock, cancellationToken);
        }
        finally
        {
            if (--watch.Waiting == 0 && _watches.TryGetValue(jobRequestId, out var current) && current == watch) _watches.Remove(jobRequestId);
        }
    }

    public void Notify(string jobRequestId)
    {
        if (_watches.Remove(jobRequestId, out var watch)) watch.Changed.SetResult();
    }

    private sealed class Watch
    {
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Waiting { get; set; }
    }
}
