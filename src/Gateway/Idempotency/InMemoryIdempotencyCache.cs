using System.Collections.Concurrent;

namespace JobRequests.Gateway.Idempotency;

/// <summary>
/// The ledger of one process. Bounded: the oldest answers are forgotten first, large ones weigh more. Nothing runs in the
/// background; each new answer pays for dropping the old ones.
/// </summary>
internal sealed class InMemoryIdempotencyCache(IOptions<GatewayOptions> options, TimeProvider time) : IIdempotencyCache
{
    private const int EntriesPerWeight = 16;

    private readonly int _capacity = options.Value.IdempotencyCacheCapacity;
    private readonly TimeSpan _retention = options.Value.IdempotencyCacheRetention;
    private readonly ConcurrentDictionary<RequestName, Entry> _entries = new();
    private readonly ConcurrentDictionary<(string Caller, string Key), RequestName> _latest = new();
    private readonly ConcurrentQueue<(RequestName Name, Entry Entry)> _decided = new();
    private readonly DecisionWaiters<RequestName> _waiters = new(time);
    private int _weight;

    /// <summary>Requests remembered, in flight or decided.</summary>
    public int Count => _entries.Count;

    public ValueTask<CachedRequest> ClaimAsync(RequestName name, string fingerprint, string owner, TimeSpan lease)
    {
        var claim = new Entry(fingerprint, owner, Reply: null, time.GetTimestamp(), lease, Weight: 0);
        while (true)
        {
            if (_entries.TryAdd(name, claim)) break;
            if (!_entries.TryGetValue(name, out var current)) continue;
            if (!IsOver(current)) return new(Describe(current));
            if (_entries.TryUpdate(name, claim, current)) break;
        }

        _latest[(name.Caller, name.Key)] = name;
        return new(CachedRequest.None.Instance);
    }

    public ValueTask DecideAsync(RequestName name, string fingerprint, JobRequestReply reply)
    {
        Keep(name, fingerprint, reply);
        _waiters.Tell(name, new CachedRequest.Decided(fingerprint, reply));
        return default;
    }

    public ValueTask ReleaseAsync(RequestName name, string owner)
    {
        if (_entries.TryGetValue(name, out var current) && current.Owner == owner && _entries.TryRemove(KeyValuePair.Create(name, current))) ForgetLatest(name);
        return default;
    }

    public ValueTask<CachedRequest> FindAsync(RequestName name) =>
        new(_entries.TryGetValue(name, out var entry) && !IsOver(entry) ? Describe(entry) : CachedRequest.None.Instance);

    public async ValueTask<CachedRequest> WaitForDecisionAsync(RequestName name, TimeSpan wait, CancellationToken stop)
    {
        // Registered first: an outcome between the look and the wait would be missed.
        using var waiter = _waiters.Enter(name);
        return await FindAsync(name) is CachedRequest.Decided known ? known : await waiter.WaitAsync(wait, stop);
    }

    public ValueTask<RequestName?> FindLatestAsync(string caller, string key) =>
        new(_latest.TryGetValue((caller, key), out var name) ? name : null);

    private void Keep(RequestName name, string fingerprint, JobRequestReply reply)
    {
        var entry = new Entry(fingerprint, Owner: null, reply, time.GetTimestamp(), _retention, WeightOf(reply));
        if (entry.Weight > _capacity)
        {
            Forget(name);
            return;
        }

        _entries[name] = entry;
        _latest[(name.Caller, name.Key)] = name;
        _decided.Enqueue((name, entry));
        Interlocked.Add(ref _weight, entry.Weight);
        DropOldest();
    }

    private void DropOldest()
    {
        while (_decided.TryPeek(out var oldest) && (Volatile.Read(ref _weight) > _capacity || IsOver(oldest.Entry)))
        {
            if (!_decided.TryDequeue(out oldest)) return;
            Interlocked.Add(ref _weight, -oldest.Entry.Weight);
            if (_entries.TryRemove(KeyValuePair.Create(oldest.Name, oldest.Entry))) ForgetLatest(oldest.Name);
        }
    }

    private void Forget(RequestName name)
    {
        if (_entries.TryRemove(name, out _)) ForgetLatest(name);
    }

    private void ForgetLatest(RequestName name) => _latest.TryRemove(KeyValuePair.Create((name.Caller, name.Key), name));

    private bool IsOver(Entry entry) => time.GetElapsedTime(entry.Since) >= entry.Lifetime;

    private static CachedRequest Describe(Entry entry) =>
        entry.Reply is { } reply ? new CachedRequest.Decided(entry.Fingerprint, reply) : new CachedRequest.InFlight(entry.Fingerprint);

    private static int WeightOf(JobRequestReply reply) => reply is JobRequestReply.Succeeded { Job: { } job }
        ? 1 + ((job.Candidates.Length + (job.Waves?.Waiting.Length ?? 0) + job.Tasks.Length) / EntriesPerWeight)
        : 1;

    // Compared by reference: an entry is replaced, never changed, and two that look alike are still two.
    private sealed class Entry(string Fingerprint, string? Owner, JobRequestReply? Reply, long Since, TimeSpan Lifetime, int Weight)
    {
        public string Fingerprint { get; } = Fingerprint;
        public string? Owner { get; } = Owner;
        public JobRequestReply? Reply { get; } = Reply;
        public long Since { get; } = Since;
        public TimeSpan Lifetime { get; } = Lifetime;
        public int Weight { get; } = Weight;
    }
}
