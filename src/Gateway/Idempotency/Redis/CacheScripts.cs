namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>What has to happen in one step, as Lua: Redis runs a script alone.</summary>
internal static class CacheScripts
{
    /// <summary>
    /// KEYS: request, latest. ARGV: claim, lease in ms, latest. SET NX PX of the claim; returns what was there already, else nil.
    /// </summary>
    public const string Claim = """
        local known = redis.call('GET', KEYS[1])
        if known then return known end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2])
        return false
        """;

    /// <summary>KEYS: request, latest. ARGV: how the owner's claims begin, latest. Compares and deletes; returns whether it did.</summary>
    public const string Release = """
        local known = redis.call('GET', KEYS[1])
        if not known or string.sub(known, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
        redis.call('DEL', KEYS[1])
        if redis.call('GET', KEYS[2]) == ARGV[2] then redis.call('DEL', KEYS[2]) end
        return 1
        """;

    /// <summary>
    /// KEYS: request, latest, waiters. ARGV: decision, retention in ms, latest, message. Keeps the decision and tells the gateways that
    /// wait for it; returns how many those are.
    /// </summary>
    public const string Decide = """
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2])
        local waiters = redis.call('SMEMBERS', KEYS[3])
        if #waiters > 0 then redis.call('DEL', KEYS[3]) end
        for _, channel in ipairs(waiters) do redis.call('PUBLISH', channel, ARGV[4]) end
        return #waiters
        """;

    /// <summary>
    /// KEYS: request, waiters. ARGV: how decisions begin, the gateway's channel, its wait in ms. Returns the decision where there is one;
    /// else the gateway will be told, so that none can fall between the look and the wait.
    /// </summary>
    public const string Await = """
        local known = redis.call('GET', KEYS[1])
        if known and string.sub(known, 1, #ARGV[1]) == ARGV[1] then return known end
        redis.call('SADD', KEYS[2], ARGV[2])
        if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[2], ARGV[3]) end
        return false
        """;
}
