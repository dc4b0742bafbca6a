using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>
/// The names of one request in Redis. Caller and key are hashed, each preceded by its length, so nothing in them can reach another
/// request; the hash stands in braces, so that a cluster keeps what one script touches together.
/// </summary>
internal readonly record struct CacheKeys(RedisKey Request, RedisKey Latest, RedisKey Waiters)
{
    public static CacheKeys Of(string prefix, RequestName name)
    {
        var start = Start(prefix, name.Caller, name.Key);
        var end = name.Operation + ":" + name.JobRequestId;
        return new CacheKeys(start + "request:" + end, start + "latest", start + "waiters:" + end);
    }

    public static RedisKey LatestOf(string prefix, string caller, string key) => Start(prefix, caller, key) + "latest";

    /// <summary>The value of <see cref="Latest"/>.</summary>
    public static RedisValue WriteLatest(RequestName name) => $"{CacheValues.Version}{name.Operation}:{name.JobRequestId}";

    /// <returns>Null for anything that this release did not write.</returns>
    public static RequestName? ReadLatest(RedisValue value, string caller, string key)
    {
        var text = (string?)value;
        if (text is null || text.Length < 2 || text[0] != CacheValues.Version) return null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return null;
        var (operation, job) = (text[1..colon], text[(colon + 1)..]);
        return Operations.All.Contains(operation) && JobRequestId.IsWellFormed(job) ? new RequestName(caller, operation, job, key) : null;
    }

    private static string Start(string prefix, string caller, string key)
    {
        var callerBytes = Encoding.UTF8.GetByteCount(caller);
        var form = new byte[sizeof(int) + callerBytes + Encoding.UTF8.GetByteCount(key)];
        BinaryPrimitives.WriteInt32BigEndian(form, callerBytes);
        Encoding.UTF8.GetBytes(caller, form.AsSpan(sizeof(int)));
        Encoding.UTF8.GetBytes(key, form.AsSpan(sizeof(int) + callerBytes));
        return prefix + ":{" + Base64Url.EncodeToString(SHA256.HashData(form)) + "}:";
    }
}
