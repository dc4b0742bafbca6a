using JobRequests.Domain;

namespace JobRequests.Grains.Abstractions;

/// <summary>Who acts or looks: the subject of the bearer token and whether it has the admin role.</summary>
[GenerateSerializer, Immutable, Alias("jobs.caller")]
public readonly record struct Caller([property: Id(0)] string Person, [property: Id(1)] bool IsAdmin);

/// <summary>
/// One command on its way to its job. (caller, operation, job, key) names the request: it is executed at most once, and each
/// later delivery of it gets the first outcome.
/// </summary>
/// <param name="JobRequestId">The job; for a create the id derived from (caller, key).</param>
/// <param name="Caller">Who acts.</param>
/// <param name="Key">The idempotency key, 1–64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Fingerprint">SHA-256 of everything that makes this request this request, base64url.</param>
/// <param name="ReceivedAt">When the gateway received this attempt; tells the attempt that was decided from its repeats.</param>
/// <param name="NotAfter">A grain that meets the command later records FAIL <c>DEADLINE_PASSED</c> instead of deciding it.</param>
/// <param name="IfMatch">The version the job must be at, or null.</param>
/// <param name="Command">What is wanted.</param>
/// <param name="TraceParent">W3C trace context of the gateway's span, or null.</param>
/// <param name="Position">Where the command stands in its log; null where there is none.</param>
/// <param name="WrittenAt">When it was written there, by its producer's clock.</param>
/// <param name="ReadAt">When a silo read it there.</param>
/// <param name="SignedBy">The key id of the program that wrote it there by itself; null where a gateway did.</param>
[GenerateSerializer, Immutable, Alias("jobs.command-envelope")]
public sealed record CommandEnvelope(
    [property: Id(0)] string JobRequestId,
    [property: Id(1)] Caller Caller,
    [property: Id(2)] string Key,
    [property: Id(3)] string Fingerprint,
    [property: Id(4)] DateTimeOffset ReceivedAt,
    [property: Id(5)] DateTimeOffset NotAfter,
    [property: Id(6)] int? IfMatch,
    [property: Id(7)] JobRequestCommand Command,
    [property: Id(8)] string? TraceParent,
    [property: Id(9)] LogPosition? Position = null,
    [property: Id(10)] DateTimeOffset? WrittenAt = null,
    [property: Id(11)] DateTimeOffset? ReadAt = null,
    [property: Id(12)] string? SignedBy = null)
{
    /// <summary>Whether everything is there that the command cannot be decided without.</summary>
    public bool IsComplete => this is { Caller.Person: { Length: > 0 }, Key: { Length: > 0 }, Fingerprint: not null, Command.IsComplete: true };
}

/// <summary>A record's place in a log that is split into partitions.</summary>
[GenerateSerializer, Immutable, Alias("jobs.log-position")]
public readonly record struct LogPosition([property: Id(0)] int Partition, [property: Id(1)] long Offset);
