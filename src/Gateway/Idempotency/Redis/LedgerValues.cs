using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>
/// What stands under a request: <c>1C{owner}|{fingerprint}</c> while it is in flight, <c>1D{json}</c> once it is decided. The first
/// character is the version of the form: what another release, or anybody else, wrote differently is nothing.
/// </summary>
internal static class LedgerValues
{
    public const char Version = '1';
    private const byte Claimed = (byte)'C';
    private const byte Decided = (byte)'D';
    private const byte EndOfOwner = (byte)'|';
    private const int HeaderLength = 2;

    public static string WriteClaim(string owner, string fingerprint) => ClaimsOf(owner) + fingerprint;

    /// <summary>How every claim of <paramref name="owner"/> begins.</summary>
    public static string ClaimsOf(string owner) => $"{Version}C{owner}|";

    public static byte[] WriteDecision(string fingerprint, JobRequestReply reply)
    {
        var decision = new LedgerDecision(fingerprint, reply as JobRequestReply.Succeeded, reply as JobRequestReply.Rejected);
        if (!decision.IsWhole) throw new ArgumentException($"A reply of the kind {reply.GetType().Name} is not an outcome.", nameof(reply));
        return [(byte)Version, Decided, .. JsonSerializer.SerializeToUtf8Bytes(decision, LedgerJson.Default.LedgerDecision)];
    }

    /// <returns>Null for anything that this release cannot read.</returns>
    public static LedgerEntry? Read(ReadOnlySpan<byte> value)
    {
        if (value.Length <= HeaderLength || value[0] != Version) return null;
        var rest = value[HeaderLength..];
        return value[1] switch
        {
            Claimed => ReadClaim(rest),
            Decided => ReadDecision(rest),
            _ => null,
        };
    }

    private static LedgerEntry.InFlight? ReadClaim(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf(EndOfOwner);
        return end < 0 || end + 1 == rest.Length ? null : new LedgerEntry.InFlight(Encoding.UTF8.GetString(rest[(end + 1)..]));
    }

    private static LedgerEntry.Decided? ReadDecision(ReadOnlySpan<byte> rest)
    {
        try
        {
            return JsonSerializer.Deserialize(rest, LedgerJson.Default.LedgerDecision) is { IsWhole: true } decision
                ? new LedgerEntry.Decided(decision.Fingerprint, decision.Reply)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A decided request: exactly one of the two kinds of outcome.</summary>
internal sealed record LedgerDecision(
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
[JsonSerializable(typeof(LedgerDecision))]
internal sealed partial class LedgerJson : JsonSerializerContext;
