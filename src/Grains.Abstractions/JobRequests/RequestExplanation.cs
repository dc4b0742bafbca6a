using System.Collections.Immutable;
using JobRequests.Domain;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// Why a request got the outcome it has, from the job's own ledger. A null <paramref name="Request"/> means that nothing has been
/// decided under its key.
/// </summary>
/// <param name="JobRequestId">The job.</param>
/// <param name="JobVersion">Where the job is now.</param>
/// <param name="Request">What was decided, or null.</param>
/// <param name="IsRecorded">False for a closed job's "no", which is decided again each time and has no times of its own.</param>
/// <param name="Because">The event that a refusal rests on, where there is one.</param>
/// <param name="LostBy">How much earlier that event's command was, where the two competed.</param>
/// <param name="ReachedAt">When a wave reached the caller, UTC; null for a job without waves, and for who is no candidate.</param>
/// <param name="Wave">Which one; null where that is no longer known.</param>
[GenerateSerializer, Immutable, Alias("jobs.request-explanation")]
public sealed record RequestExplanation(
    [property: Id(0)] string JobRequestId,
    [property: Id(1)] int JobVersion,
    [property: Id(2)] DecidedRequest? Request,
    [property: Id(3)] bool IsRecorded,
    [property: Id(4)] DecidingFact? Because,
    [property: Id(5)] Lead? LostBy,
    [property: Id(6)] DateTimeOffset? ReachedAt = null,
    [property: Id(7)] int? Wave = null);

/// <summary>One outcome of the ledger as its reader may see it.</summary>
/// <param name="Caller">Whose request it was; null where the reader may not know.</param>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Key">The idempotency key; null with <paramref name="Caller"/>.</param>
/// <param name="Code">The rejection's code; null for SUCCESS.</param>
/// <param name="Version">The job's version after a SUCCESS, or at which a FAIL was decided.</param>
/// <param name="Expected">The version that <c>If-Match</c> asked for, where that was the reason.</param>
/// <param name="Epoch">The epoch it was decided in; null where the events of that time were compacted.</param>
/// <param name="Times">The steps of its way.</param>
/// <param name="Position">Where the command stands in its log; null where there is none.</param>
/// <param name="TraceId">The trace that the command belongs to, 32 hexadecimal digits; null where it had none, and with <paramref name="Caller"/>.</param>
/// <param name="SignedBy">The key id of the program that wrote the command to the log by itself; null where a gateway did, and with
/// <paramref name="Caller"/>.</param>
/// <param name="Rank">Of an accept that joined the line: the place in it, from 1.</param>
[GenerateSerializer, Immutable, Alias("jobs.decided-request")]
public sealed record DecidedRequest(
    [property: Id(0)] string? Caller,
    [property: Id(1)] string Operation,
    [property: Id(2)] string? Key,
    [property: Id(3)] string? Code,
    [property: Id(4)] int Version,
    [property: Id(5)] int? Expected,
    [property: Id(6)] int? Epoch,
    [property: Id(7)] RequestTimes Times,
    [property: Id(8)] LogPosition? Position,
    [property: Id(9)] string? TraceId,
    [property: Id(10)] string? SignedBy = null,
    [property: Id(11)] int? Rank = null);

/// <summary>When each step was done, by the clock of the machine that did it; null where that is not known.</summary>
/// <param name="ReceivedAt">A gateway received the attempt that was decided.</param>
/// <param name="WrittenAt">The command was written to its log.</param>
/// <param name="ReadAt">A silo read it there.</param>
/// <param name="DecidedAt">The grain decided it.</param>
/// <param name="CommittedAt">The write of the decision was acknowledged by the storage.</param>
/// <param name="PublishedAt">The last event of the decision was acknowledged by <c>finalevents</c>.</param>
[GenerateSerializer, Immutable, Alias("jobs.request-times")]
public sealed record RequestTimes(
    [property: Id(0)] DateTimeOffset? ReceivedAt,
    [property: Id(1)] DateTimeOffset? WrittenAt,
    [property: Id(2)] DateTimeOffset? ReadAt,
    [property: Id(3)] DateTimeOffset DecidedAt,
    [property: Id(4)] DateTimeOffset? CommittedAt,
    [property: Id(5)] DateTimeOffset? PublishedAt);

/// <summary>An event that a refusal rests on.</summary>
/// <param name="Version">The event's number.</param>
/// <param name="Type">What happened.</param>
/// <param name="At">When it was decided.</param>
/// <param name="By">Whose command led to it; null for what time did, and where the reader may not know.</param>
/// <param name="Request">That command, without what the reader may not know; null for what time did.</param>
[GenerateSerializer, Immutable, Alias("jobs.deciding-fact")]
public sealed record DecidingFact(
    [property: Id(0)] int Version,
    [property: Id(1)] string Type,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] string? By,
    [property: Id(4)] DecidedRequest? Request);

/// <summary>By how much one command was before another.</summary>
/// <param name="Milliseconds">Not negative.</param>
/// <param name="Measured">Which of their times were compared: <see cref="InLog"/>, <see cref="AtGateway"/> or <see cref="AtDecision"/>.</param>
[GenerateSerializer, Immutable, Alias("jobs.lead")]
public sealed record Lead([property: Id(0)] double Milliseconds, [property: Id(1)] string Measured)
{
    /// <summary>Both were written to the log at these times.</summary>
    public const string InLog = "log";

    /// <summary>Gateways received them at these times.</summary>
    public const string AtGateway = "gateway";

    /// <summary>They were decided at these times.</summary>
    public const string AtDecision = "decision";
}

/// <summary>A job's ledger on a time axis, in the order of decision.</summary>
/// <param name="JobRequestId">The job.</param>
/// <param name="Version">Where the job is now.</param>
/// <param name="Entries">Null for a caller who sees the job, but is neither its requester nor an administrator.</param>
[GenerateSerializer, Immutable, Alias("jobs.timeline")]
public sealed record JobTimeline(
    [property: Id(0)] string JobRequestId,
    [property: Id(1)] int Version,
    [property: Id(2)] ImmutableArray<TimelineEntry>? Entries);

/// <param name="Request">What was decided.</param>
/// <param name="LostTo">The version of the event that a competing command led to.</param>
/// <param name="LostBy">How much earlier that command was.</param>
[GenerateSerializer, Immutable, Alias("jobs.timeline-entry")]
public sealed record TimelineEntry(
    [property: Id(0)] DecidedRequest Request,
    [property: Id(1)] int? LostTo,
    [property: Id(2)] Lead? LostBy);
