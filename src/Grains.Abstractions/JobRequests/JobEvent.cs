using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// A fact about a job, published to <c>finalevents</c> after it is durable: in order, without a gap, possibly more than once.
/// <c>{JobRequestId}:{Version}</c> identifies it.
/// </summary>
/// <param name="JobRequestId">The job.</param>
/// <param name="Version">The event's number in its job, from 1.</param>
/// <param name="Type">Name of the fact, for example <c>JobAccepted</c>; independent of type names in code.</param>
/// <param name="At">When it was decided, UTC.</param>
/// <param name="By">Whose command led to it; null for <c>JobExpired</c>, and where the reader may not know.</param>
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
/// <param name="Candidates"><c>JobRequested</c>: who may answer.</param>
/// <param name="Tasks"><c>JobRequested</c>: what is to be done.</param>
/// <param name="Title"><c>JobRequested</c>.</param>
/// <param name="ExpiresAt"><c>JobRequested</c>: the job's deadline, UTC.</param>
/// <param name="Reason"><c>JobDeclined</c>, <c>JobCancelled</c>, <c>JobReleased</c>: at most 200 characters.</param>
/// <param name="Task"><c>TaskFinished</c>: the task's id.</param>
/// <param name="Candidate"><c>JobAssigned</c>: who has the job now; <c>JobReleased</c>: who has it no more.</param>
/// <param name="Role"><c>Requester</c> or <c>Administrator</c>: by which right a dispatcher acted.</param>
/// <param name="Details"><c>JobRequested</c>: what, where and when the job is.</param>
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
    [property: Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null)
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
    /// <summary>The name of a job's first event, the only one that lists its candidates.</summary>
    public const string JobRequested = "JobRequested";

    /// <summary>The event as the candidate <paramref name="person"/> may see it: others are left out.</summary>
    public static JobEvent ForCandidate(this JobEvent e, string person)
    {
        if (e.Type == JobRequested)
        {
            var details = e.Data.Details is { } all ? DetailsSnapshot.From((all.ToDomain() with { Instructions = null }).OrNull()) : null;
            return e with { Request = null, Data = e.Data with { Candidates = [person], Details = details } };
        }

        if (e.By == person) return e;

        var isAbout = e.Data.Candidate == person;
        return e with { By = null, Request = null, Data = isAbout ? new JobEventData(Candidate: person, Reason: e.Data.Reason) : JobEventData.None };
    }
}
