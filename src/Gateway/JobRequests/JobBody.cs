using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>A job as its caller may see it; the requester and administrators see the waves.</summary>
internal sealed record JobBody(
    string JobRequestId,
    string Status,
    int Epoch,
    int Version,
    string? Title,
    string Requester,
    string? AcceptedBy,
    ImmutableArray<CandidateSnapshot> Candidates,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? CandidatesLeft,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Waiting,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<WaveSnapshot>? Waves,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Wave,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? NextWaveAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ConfirmSeconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ConfirmBy,
    ImmutableArray<TaskSnapshot> Tasks,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlaceSnapshot? Place,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? StartsAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? EndsAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Instructions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Metadata,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Previous)
{
    public static JobBody From(JobSnapshot job) => new(
        job.JobRequestId, job.Status, job.Epoch, job.Version, job.Title, job.Requester, job.AcceptedBy, job.Candidates, job.CandidatesLeft,
        job.Waves?.Waiting, job.Waves?.Plan, job.Waves?.Opened, job.Waves?.NextAt, job.ConfirmSeconds, job.ConfirmBy, job.Tasks, job.CreatedAt, job.ExpiresAt,
        job.Details?.Description, job.Details?.Place, job.Details?.StartsAt, job.Details?.EndsAt, job.Details?.Instructions, job.Details?.Metadata,
        job.Details?.Previous);
}

/// <summary>The events of a job as its caller may see them, oldest first.</summary>
internal sealed record HistoryBody(string JobRequestId, int Version, IReadOnlyList<EventBody> Events)
{
    public static HistoryBody From(JobHistory history) => new(history.JobRequestId, history.Version, [.. history.Events.Select(EventBody.From)]);
}

/// <param name="Version">The event's number in its job, from 1.</param>
/// <param name="Type">What happened, for example <c>JobAccepted</c>.</param>
/// <param name="At">When it was decided.</param>
/// <param name="By">Whose command led to it; null for what time did, and for others' where the caller may not know.</param>
/// <param name="Epoch">The epoch the job is in after the event.</param>
/// <param name="Data">What the event says beyond that.</param>
internal sealed record EventBody(int Version, string Type, DateTimeOffset At, string? By, int Epoch, JobEventData Data)
{
    public static EventBody From(JobEvent @event) => new(@event.Version, @event.Type, @event.At, @event.By, @event.Epoch, @event.Data);
}
