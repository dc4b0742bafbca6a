using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using JobRequests.Records;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>
/// What stands under a request: <c>1C{owner}|{fingerprint}</c> while it is in flight, <c>1D{signature}|{json}</c> once it is decided. The first
/// character is the version of the form: what another release, or anybody else, wrote differently is nothing. The signature covers the
/// request and its outcome: Redis can lose or repeat an outcome, but not invent one, nor move it to another request.
/// </summary>
internal static class CacheValues
{
    public const char Version = '1';
    private const byte Claimed = (byte)'C';
    private const byte Decided = (byte)'D';
    private const byte End = (byte)'|';
    private const string SignedType = "jobrequests.outcome.v1";
    private const int HeaderLength = 2;

    public static string WriteClaim(string owner, string fingerprint) => ClaimsOf(owner) + fingerprint;

    /// <summary>How every claim of <paramref name="owner"/> begins.</summary>
    public static string ClaimsOf(string owner) => $"{Version}C{owner}|";

    public static byte[] WriteDecision(RecordSignature signature, string request, string fingerprint, JobRequestReply reply)
    {
        var decision = new CacheDecision(fingerprint, reply as JobRequestReply.Succeeded, reply as JobRequestReply.Rejected);
        if (!decision.IsWhole) throw new ArgumentException($"A reply of the kind {reply.GetType().Name} is not an outcome.", nameof(reply));
        var json = JsonSerializer.SerializeToUtf8Bytes(decision, CacheJson.Default.CacheDecision);
        return [(byte)Version, Decided, .. Encoding.ASCII.GetBytes(signature.Sign(SignedType, Encoding.UTF8.GetBytes(request), json)), End, .. json];
    }

    /// <returns>Null for anything that this release cannot read, or that no gateway of this cluster has written for this request.</returns>
    public static CachedRequest? Read(RecordSignature signature, string request, ReadOnlyMemory<byte> value)
    {
        if (value.Length <= HeaderLength || value.Span[0] != Version) return null;
        var rest = value[HeaderLength..];
        return value.Span[1] switch
        {
            Claimed => ReadClaim(rest.Span),
            Decided => ReadDecision(signature, request, rest),
            _ => null,
        };
    }

    private static CachedRequest.InFlight? ReadClaim(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf(End);
        return end < 0 || end + 1 == rest.Length ? null : new CachedRequest.InFlight(Encoding.UTF8.GetString(rest[(end + 1)..]));
    }

    private static CachedRequest.Decided? ReadDecision(RecordSignature signature, string request, ReadOnlyMemory<byte> rest)
    {
        var end = rest.Span.IndexOf(End);
        if (end < 0) return null;
        var json = rest[(end + 1)..];
        if (!signature.IsOfCluster(rest.Span[..end], SignedType, Encoding.UTF8.GetBytes(request), json)) return null;
        try
        {
            return JsonSerializer.Deserialize(json.Span, CacheJson.Default.CacheDecision) is { IsWhole: true } decision
                ? new CachedRequest.Decided(decision.Fingerprint, decision.Reply)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A decided request: exactly one of the two kinds of outcome.</summary>
internal sealed record CacheDecision(
    [property: JsonPropertyName("f")] string Fingerprint,
    [property: JsonPropertyName("s")] JobRequestReply.Succeeded? Success = null,
    [property: JsonPropertyName("r")] JobRequestReply.Rejected? Rejection = null)
{
    [JsonIgnore]
    public bool IsWhole => Fingerprint.Length > 0 && Success is null != Rejection is null;

    [JsonIgnore]
    public JobRequestReply Reply => (JobRequestReply?)Success ?? Rejection!;
}

/// <summary>A member that is missing or null where a value must be makes the whole unreadable; members of a later release are skipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(CacheDecision))]
internal sealed partial class CacheJson : JsonSerializerContext;
