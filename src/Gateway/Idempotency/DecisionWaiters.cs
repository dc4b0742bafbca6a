namespace JobRequests.Gateway.Idempotency;

/// <summary>Those in this process who wait to be told an outcome. One that leaves, told or not, leaves nothing behind.</summary>
internal sealed class DecisionWaiters<TKey>(TimeProvider time)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, List<Waiter>> waiting = [];

    /// <summary>Requests that somebody waits for.</summary>
    public int Count
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>Listens from now on, until it is disposed of.</summary>
    public Waiter Enter(TKey key)
    {
        var waiter = new Waiter(this, key, time);
        lock (gate)
        {
            if (waiting.TryGetValue(key, out var others)) others.Add(waiter);
            else waiting.Add(key, [waiter]);
        }

        return waiter;
    }

    /// <returns>How many were told.</returns>
    public int Tell(TKey key, CachedRequest.Decided decision)
    {
        lock (gate)
        {
            if (!waiting.Remove(key, out var told)) return 0;
            foreach (var waiter in told) waiter.Tell(decision);
            return told.Count;
        }
    }

    private void Leave(TKey key, Waiter waiter)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(key, out var others) && others.Remove(waiter) && others.Count == 0) waiting.Remove(key);
        }
    }

    internal sealed class Waiter(DecisionWaiters<TKey> waiters, TKey key, TimeProvider time) : IDisposable
    {
        // Told under a lock: what waits must not run there.
        private readonly TaskCompletionSource<CachedRequest> decision = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Tell(CachedRequest.Decided decided) => decision.TrySetResult(decided);

        /// <returns>The outcome, or <see cref="CachedRequest.None"/> when the wait is over or was ended.</returns>
        public async ValueTask<CachedRequest> WaitAsync(TimeSpan wait, CancellationToken stop)
        {
            // A timer of its own rather than Task.WaitAsync: that would bring each outcome by way of the thread pool.
            await using var timer = time.CreateTimer(static waiter => ((Waiter)waiter!).GiveUp(), this, wait, Timeout.InfiniteTimeSpan);
            await using var end = stop.UnsafeRegister(static waiter => ((Waiter)waiter!).GiveUp(), this);
            return await decision.Task;
        }

        public void Dispose() => waiters.Leave(key, this);

        private void GiveUp() => decision.TrySetResult(CachedRequest.None.Instance);
    }
}
