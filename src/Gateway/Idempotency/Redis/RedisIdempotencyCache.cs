using System.Text;
using JobRequests.Records;
using StackExchange.Redis;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>
/// The ledger that all gateways share. Nothing is decided by it: what it does not know, or cannot say in time, the job says.
/// </summary>
/// <remarks>
/// With P the key prefix and H the hash of (caller, key):
/// <code>
/// P:{H}:request:{operation}:{job}   a claim, for wait + 1 s; or an outcome, for Gateway:IdempotencyCacheRetention  (LedgerValues)
/// P:{H}:latest                      operation and job of the caller's last request with this key, as long as that request
/// P:{H}:waiters:{operation}:{job}   set of the channels of gateways where a repeat has joined, as long as the longest wait
/// P:gateway:{id}                    channel of one gateway; a message is the name of the request, a line feed, the outcome
/// </code>
/// A gateway subscribes to its one channel, and an outcome is published only to gateways that asked for it.
/// </remarks>
internal sealed class RedisIdempotencyCache(
    RedisCalls calls,
    RecordSignature signature,
    IOptions<RedisCacheOptions> options,
    IOptions<GatewayOptions> gateway,
    RedisCacheTelemetry telemetry,
    TimeProvider time) : IIdempotencyCache
{
    private const byte EndOfName = (byte)'\n';

    private static readonly RedisValue Decisions = $"{CacheValues.Version}D";

    private static readonly RedisResult Nothing = RedisResult.Create(RedisValue.Null);

    private readonly string _prefix = options.Value.RedisKeyPrefix;
    private readonly long _retentionMs = Milliseconds(gateway.Value.IdempotencyCacheRetention);
    private readonly RedisChannel _channel = RedisChannel.Literal($"{options.Value.RedisKeyPrefix}:gateway:{Guid.NewGuid():N}");
    private readonly DecisionWaiters<string> _waiters = new(time);
    private readonly Lock _gate = new();
    private Task? _subscribing;

    /// <summary>Requests that somebody in this process has joined.</summary>
    public int Joined => _waiters.Count;

    public async ValueTask<CachedRequest> ClaimAsync(RequestName name, string fingerprint, string owner, TimeSpan lease)
    {
        var keys = CacheKeys.Of(_prefix, name);
        RedisValue[] arguments = [CacheValues.WriteClaim(owner, fingerprint), Milliseconds(lease), CacheKeys.WriteLatest(name)];
        return Read("claim", keys.Request, (RedisValue)await EvaluateAsync("claim", CacheScripts.Claim, [keys.Request, keys.Latest], arguments));
    }

    public async ValueTask DecideAsync(RequestName name, string fingerprint, JobRequestReply reply)
    {
        var keys = CacheKeys.Of(_prefix, name);
        _waiters.Tell(keys.Request!, new CachedRequest.Decided(fingerprint, reply));
        var value = CacheValues.WriteDecision(signature, keys.Request!, fingerprint, reply);
        byte[] message = [.. Encoding.UTF8.GetBytes(keys.Request!), EndOfName, .. value];
        await EvaluateAsync(
            "decide", CacheScripts.Decide, [keys.Request, keys.Latest, keys.Waiters], [value, _retentionMs, CacheKeys.WriteLatest(name), message]);
    }

    public async ValueTask ReleaseAsync(RequestName name, string owner)
    {
        var keys = CacheKeys.Of(_prefix, name);
        await EvaluateAsync("release", CacheScripts.Release, [keys.Request, keys.Latest], [CacheValues.ClaimsOf(owner), CacheKeys.WriteLatest(name)]);
    }

    public async ValueTask<CachedRequest> FindAsync(RequestName name)
    {
        var request = CacheKeys.Of(_prefix, name).Request;
        return Read("find", request, await GetAsync("find", request));
    }

    public async ValueTask<CachedRequest> WaitForDecisionAsync(RequestName name, TimeSpan wait, CancellationToken stop)
    {
        var keys = CacheKeys.Of(_prefix, name);
        using var waiter = _waiters.Enter(keys.Request!);
        var known = await calls.CallAsync(
            "await",
            static async (redis, state) =>
            {
                await state.Cache.SubscribeAsync(redis);
                return await redis.GetDatabase().ScriptEvaluateAsync(CacheScripts.Await, state.Keys, state.Arguments);
            },
            (Cache: this, Keys: (RedisKey[])[keys.Request, keys.Waiters], Arguments: (RedisValue[])[Decisions, (string?)_channel, Milliseconds(wait)]),
            Nothing);

        // Also without Redis: the first attempt may be one of this process.
        return Read("await", keys.Request, (RedisValue)known) is CachedRequest.Decided decided ? decided : await waiter.WaitAsync(wait, stop);
    }

    public async ValueTask<RequestName?> FindLatestAsync(string caller, string key) =>
        CacheKeys.ReadLatest(await GetAsync("latest", CacheKeys.LatestOf(_prefix, caller, key)), caller, key);

    /// <summary>Once for the process; the connection renews it by itself.</summary>
    private Task SubscribeAsync(ConnectionMultiplexer redis)
    {
        lock (_gate)
        {
            if (_subscribing is null or { IsFaulted: true } or { IsCanceled: true })
                _subscribing = redis.GetSubscriber().SubscribeAsync(_channel, (_, message) => Hear(message));
            return _subscribing;
        }
    }

    private void Hear(RedisValue message)
    {
        ReadOnlyMemory<byte> text = (byte[]?)message;
        var end = text.Span.IndexOf(EndOfName);
        var request = Encoding.UTF8.GetString(text.Span[..Math.Max(0, end)]);
        if (end >= 0 && CacheValues.Read(signature, request, text[(end + 1)..]) is CachedRequest.Decided decided)
            telemetry.Joined(_waiters.Tell(request, decided));
        else calls.Unreadable("hear");
    }

    private CachedRequest Read(string call, RedisKey request, RedisValue value)
    {
        if (value.IsNull) return CachedRequest.None.Instance;
        if (CacheValues.Read(signature, request!, (byte[]?)value) is { } entry) return entry;
        calls.Unreadable(call);
        return CachedRequest.None.Instance;
    }

    private ValueTask<RedisValue> GetAsync(string call, RedisKey key) =>
        calls.CallAsync(call, static (redis, key) => redis.GetDatabase().StringGetAsync(key), key, RedisValue.Null);

    private ValueTask<RedisResult> EvaluateAsync(string call, string script, RedisKey[] keys, RedisValue[] arguments) =>
        calls.CallAsync(
            call,
            static (redis, state) => redis.GetDatabase().ScriptEvaluateAsync(state.script, state.keys, state.arguments),
            (script, keys, arguments),
            Nothing);

    private static long Milliseconds(TimeSpan time) => Math.Max(1, (long)time.TotalMilliseconds);
}
