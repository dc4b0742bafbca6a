namespace JobRequests.Gateway.Idempotency;

/// <summary>Those in this process who wait to be told an outcome. One that leaves, told or not, leaves nothing behind.</summary>
internal sealed class DecisionWaiters<TKey>(TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, List<Waiter>> _waiting = [];

    /// <summary>Requests that somebody waits for.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Listens from now on, until it is disposed of.</summary>
    public Waiter Enter(TKey key)
    {
        var waiter = new Waiter(this, key, time);
        lock (_gate)
        {
            if (_waiting.TryGetValue(key, out var others)) others.Add(waiter);
            else _waiting.Add(key, [waiter]);
        }

        return waiter;
    }

    /// <returns>How many were told.</returns>
    public int Tell(TKey key, CachedRequest.Decided decision)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(key, out var told)) return 0;
            foreach (var waiter in told) waiter.Tell(decision);
            return told.Count;
        }
    }

    private void Leave(TKey key, Waiter waiter)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(key, out var others) && others.Remove(waiter) && others.Count == 0) _waiting.Remove(key);
        }
    }

    internal sealed class Waiter(DecisionWaiters<TKey> waiters, TKey key, TimeProvider time) : IDisposable
    {
        // Told under a lock: what waits must not run there.
        private readonly TaskCompletionSource<CachedRequest> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Tell(CachedRequest.Decided decided) => _decision.TrySetResult(decided);

        /// <returns>The outcome, or <see cref="CachedRequest.None"/> when the wait is over or was ended.</returns>
        public async ValueTask<CachedRequest> WaitAsync(TimeSpan wait, CancellationToken stop)
        {
            // A timer of its own rather than Task.WaitAsync: that would bring each outcome by way of the thread pool.
            await using var timer = time.CreateTimer(static waiter => ((Waiter)waiter!).GiveUp(), this, wait, Timeout.InfiniteTimeSpan);
            await using var end = stop.UnsafeRegister(static waiter => ((Waiter)waiter!).GiveUp(), this);
            return await _decision.Task;
        }

        public void Dispose() => waiters.Leave(key, this);

        private void GiveUp() => _decision.TrySetResult(CachedRequest.None.Instance);
    }
}
