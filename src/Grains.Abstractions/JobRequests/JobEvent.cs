using System.Collections.Immutable;
using System.Text.Json.Serialization;
using JobRequests.Domain;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// A fact about a job, published to <c>finalevents</c> after it is durable: in order, without a gap, possibly more than once.
/// <c>{JobRequestId}:{Version}</c> identifies it.
/// </summary>
/// <param name="JobRequestId">The job.</param>
/// <param name="Version">The event's number in its job, from 1.</param>
/// <param name="Type">Name of the fact, for example <c>JobAccepted</c>; independent of type names in code.</param>
/// <param name="At">When it was decided, UTC.</param>
/// <param name="By">Whose command led to it; null for what time did, and where the reader may not know.</param>
/// <param name="Request">The idempotency key of that command; null with <paramref name="By"/>.</param>
/// <param name="Epoch">The epoch the job is in after the event.</param>
/// <param name="Data">What the fact says beyond that; members that do not apply are null.</param>
[GenerateSerializer, Immutable, Alias("jobs.job-event")]
public sealed record JobEvent(
    [property: Id(0)] string JobRequestId,
    [property: Id(1)] int Version,
    [property: Id(2)] string Type,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] string? By,
    [property: Id(5)] string? Request,
    [property: Id(6)] int Epoch,
    [property: Id(7)] JobEventData Data);

/// <summary>What a fact says beyond its type, in calls, records and answers alike; members that do not apply are null, and left out of JSON.</summary>
/// <param name="Candidates"><c>JobRequested</c>, <c>OfferWidened</c>, <c>JobAmended</c>: who is asked from this event on.</param>
/// <param name="Tasks"><c>JobRequested</c>: what is to be done.</param>
/// <param name="Title"><c>JobRequested</c>, <c>JobAmended</c>.</param>
/// <param name="ExpiresAt"><c>JobRequested</c>, <c>JobAmended</c>: the job's deadline, UTC.</param>
/// <param name="Reason"><c>JobDeclined</c>, <c>JobCancelled</c>, <c>JobReleased</c>: at most 200 characters.</param>
/// <param name="Task"><c>TaskFinished</c>: the task's id.</param>
/// <param name="Candidate"><c>JobAssigned</c>: who has the job now; <c>JobReleased</c>, <c>AcceptanceLapsed</c>: who has it no more.</param>
/// <param name="Role"><c>Requester</c> or <c>Administrator</c>: by which right a dispatcher acted.</param>
/// <param name="Details"><c>JobRequested</c>: what, where and when the job is; <c>JobAmended</c>: what of it is new.</param>
/// <param name="Waiting"><c>JobRequested</c>, <c>JobAmended</c>: who will be asked by later waves.</param>
/// <param name="Waves"><c>JobRequested</c>: the plan of the waves.</param>
/// <param name="Wave"><c>OfferWidened</c>: its number, from 2.</param>
/// <param name="ConfirmSeconds"><c>JobRequested</c>: how long a winner has to confirm.</param>
/// <param name="Rank"><c>StandbyJoined</c>: the place in the line, from 1.</param>
/// <param name="Promoted"><c>JobWithdrawn</c>, <c>JobReleased</c>, <c>AcceptanceLapsed</c>: who was the first on standby, and has the job now.</param>
/// <param name="Removed"><c>JobAmended</c>: the members that the job has no more.</param>
[GenerateSerializer, Immutable, Alias("jobs.job-event-data")]
public sealed record JobEventData(
    [property: Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Candidates = null,
    [property: Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<TaskSnapshot>? Tasks = null,
    [property: Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Title = null,
    [property: Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ExpiresAt = null,
    [property: Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null,
    [property: Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Task = null,
    [property: Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DetailsSnapshot? Details = null,
    [property: Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Candidate = null,
    [property: Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Waiting = null,
    [property: Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<WaveSnapshot>? Waves = null,
    [property: Id(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Wave = null,
    [property: Id(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ConfirmSeconds = null,
    [property: Id(13), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Rank = null,
    [property: Id(14), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Promoted = null,
    [property: Id(15), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Removed = null)
{
    public static readonly JobEventData None = new();
}

/// <summary>The events of a job, oldest first, as one caller may see them; the oldest may have been compacted.</summary>
[GenerateSerializer, Immutable, Alias("jobs.job-history")]
public sealed record JobHistory(
    [property: Id(0)] string JobRequestId,
    [property: Id(1)] int Version,
    [property: Id(2)] ImmutableArray<JobEvent> Events);

/// <summary>What candidates may know of an event. The requester and administrators see everything.</summary>
public static class JobEventVisibility
{
    /// <summary>The name of a job's first event.</summary>
    public const string JobRequested = "JobRequested";

    /// <summary>Whether the event says something to <paramref name="person"/> that it does not say to other candidates.</summary>
    public static bool Concerns(this JobEvent e, string person) => e.By == person || e.Type == JobRequested
        || e.Data.Candidate == person || e.Data.Promoted == person || e.Data.Candidates?.Contains(person) == true;

    /// <summary>The event as the candidate <paramref name="person"/> may see it: others are left out, and so is what is for the winner alone.</summary>
    public static JobEvent ForCandidate(this JobEvent e, string person)
    {
        var (isFirst, data) = (e.Type == JobRequested, e.Data);
        if (e.By == person && !isFirst) return e with { Data = data with { Promoted = null } };
        var isAsked = isFirst || data.Candidates?.Contains(person) == true;
        var isAbout = data.Candidate == person;
        var seen = data with
        {
            Candidates = isAsked ? [person] : null,
            Waiting = null,
            Waves = null,
            Wave = isAsked ? data.Wave : null,
            Details = data.Details is { } details ? DetailsSnapshot.From(details.ToDomain().ForCandidate(hasTheJob: false)) : null,
            Candidate = isAbout ? person : null,
            Reason = isAbout ? data.Reason : null,
            Promoted = data.Promoted == person ? person : null,
            Rank = null,
            Task = null,
            Role = null,
            Removed = data.Removed?.Remove(JobMembers.Instructions) is { IsEmpty: false } removed ? removed : null,
        };
        return e with { By = isFirst ? e.By : null, Request = null, Data = seen == JobEventData.None ? JobEventData.None : seen };
    }
}
