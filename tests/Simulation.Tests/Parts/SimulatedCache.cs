using JobRequests.Gateway.Idempotency;
using JobRequests.Grains.Abstractions;
using CachedRequest = JobRequests.Gateway.Idempotency.CachedRequest;
using RequestName = JobRequests.Gateway.Requests.RequestName;

namespace JobRequests.Simulation.Tests;

/// <summary>The server that gateways share: claims with a lease, outcomes, and who is to be told. It may forget, or be replayed to what it was.</summary>
internal sealed class SimulatedCache(World world)
{
    private Dictionary<RequestName, Entry> _entries = [];
    private Dictionary<RequestName, Entry>? _copy;

    /// <summary>Who listens for outcomes: each gateway.</summary>
    public List<Action<RequestName, CachedRequest.Decided>> Listeners { get; } = [];

    public CachedRequest Claim(RequestName name, string fingerprint, string owner, TimeSpan lease)
    {
        if (Find(name) is { } known and not CachedRequest.None) return known;
        _entries[name] = new Entry(fingerprint, owner, null, world.Now + lease);
        return CachedRequest.None.Instance;
    }

    public bool Decide(RequestName name, string fingerprint, JobRequestReply reply)
    {
        _entries[name] = new Entry(fingerprint, null, reply, TimeSpan.MaxValue);
        foreach (var listener in Listeners) listener(name, new CachedRequest.Decided(fingerprint, reply));
        return true;
    }

    public bool Release(RequestName name, string owner) => _entries.TryGetValue(name, out var entry) && entry.Owner == owner && _entries.Remove(name);

    public CachedRequest Find(RequestName name)
    {
        if (!_entries.TryGetValue(name, out var entry) || entry.Until <= world.Now) return CachedRequest.None.Instance;
        return entry.Reply is { } reply ? new CachedRequest.Decided(entry.Fingerprint, reply) : new CachedRequest.InFlight(entry.Fingerprint);
    }

    public void Wipe()
    {
        world.Trace("the cache is wiped");
        _entries = [];
    }

    public void Copy() => _copy = new Dictionary<RequestName, Entry>(_entries);

    public void Restore()
    {
        world.Trace("the cache is replayed to an old copy");
        _entries = _copy is null ? [] : new Dictionary<RequestName, Entry>(_copy);
    }

    private sealed record Entry(string Fingerprint, string? Owner, JobRequestReply? Reply, TimeSpan Until);
}

/// <summary>A gateway's way to the cache. As with Redis, no call takes longer than 50 ms, and a failure knows nothing.</summary>
internal sealed class CacheConnection : IIdempotencyCache
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromMilliseconds(50);

    private readonly SimulatedCache _cache;
    private readonly Network _network;
    private readonly Actor _actor;
    private readonly DecisionWaiters<RequestName> _waiters;

    public CacheConnection(SimulatedCache cache, Network network, Actor actor)
    {
        (_cache, _network, _actor) = (cache, network, actor);
        _waiters = new DecisionWaiters<RequestName>(actor.Process.Clock);
        cache.Listeners.Add((name, decided) =>
        {
            if (!network.Faults.Strikes(Fault.LostReply)) actor.World.Later(network.OneWay(), actor, () => _waiters.Tell(name, decided));
        });
    }

    public int Waiting => _waiters.Count;

    public async ValueTask<CachedRequest> ClaimAsync(RequestName name, string fingerprint, string owner, TimeSpan lease) =>
        await AskAsync(() => _cache.Claim(name, fingerprint, owner, lease)) ?? CachedRequest.None.Instance;

    public async ValueTask DecideAsync(RequestName name, string fingerprint, JobRequestReply reply)
    {
        _waiters.Tell(name, new CachedRequest.Decided(fingerprint, reply));
        await AskAsync(() => _cache.Decide(name, fingerprint, reply));
    }

    public async ValueTask ReleaseAsync(RequestName name, string owner) => await AskAsync(() => _cache.Release(name, owner));

    public async ValueTask<CachedRequest> FindAsync(RequestName name) => await AskAsync(() => _cache.Find(name)) ?? CachedRequest.None.Instance;

    public async ValueTask<CachedRequest> WaitForDecisionAsync(RequestName name, TimeSpan wait, CancellationToken stop)
    {
        using var waiter = _waiters.Enter(name);
        return await FindAsync(name) is CachedRequest.Decided known ? known : await waiter.WaitAsync(wait, stop);
    }

    public ValueTask<RequestName?> FindLatestAsync(string caller, string key) => throw new NotSupportedException("Callers here name the job.");

    private async Task<T?> AskAsync<T>(Func<T> ask)
    {
        try
        {
            return await _network.AskAsync(_actor, ask, WaitLimit);
        }
        catch (IOException)
        {
            return default;
        }
    }
}
