using System.Text.Json.Serialization;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Records;

/// <summary>The value of a record of <c>requests</c>, as JSON: one command.</summary>
internal sealed record CommandRecord
{
    /// <summary>The record's type, in its header and under its signature.</summary>
    public const string TypeName = "jobrequests.command.v1";

    public required string Job { get; init; }

    public required string Caller { get; init; }

    public bool Admin { get; init; }

    public required string Key { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public int? IfMatch { get; init; }

    /// <summary>Absent from a producer that leaves it to the reader, which computes the same.</summary>
    public string? Fingerprint { get; init; }

    public required JobRequestCommand Command { get; init; }

    public static CommandRecord From(CommandEnvelope envelope) => new()
    {
        Job = envelope.JobRequestId,
        Caller = envelope.Caller.Person,
        Admin = envelope.Caller.IsAdmin,
        Key = envelope.Key,
        ReceivedAt = envelope.ReceivedAt,
        NotAfter = envelope.NotAfter,
        IfMatch = envelope.IfMatch,
        Fingerprint = envelope.Fingerprint,
        Command = envelope.Command,
    };
}

/// <summary>
/// How records are written as JSON. What this version does not know is refused: a member that is left out could be the one that
/// matters. Silos are upgraded before those who write.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(CommandRecord))]
internal sealed partial class CommandRecordJson : JsonSerializerContext;
