using System.Text.Json;
using JobRequests.Domain;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization.Attributes;

namespace JobRequests.Silo;

/// <summary>One document of the collection <c>views</c>: the fold of a job's events. Members of a later release are left out.</summary>
[BsonIgnoreExtraElements]
internal sealed record JobViewDocument
{
    private static readonly JsonWriterSettings PlainJson = new() { OutputMode = JsonOutputMode.RelaxedExtendedJson };

    [BsonId]
    public required string JobRequestId { get; init; }

    [BsonElement("version")]
    public required int Version { get; init; }

    [BsonElement("status")]
    public required string Status { get; init; }

    [BsonElement("epoch")]
    public required int Epoch { get; init; }

    [BsonElement("requester")]
    public required string Requester { get; init; }

    [BsonElement("title"), BsonIgnoreIfNull]
    public string? Title { get; init; }

    [BsonElement("candidates")]
    public required List<ViewedCandidate> Candidates { get; init; }

    [BsonElement("winner"), BsonIgnoreIfNull]
    public string? Winner { get; init; }

    [BsonElement("tasks")]
    public required List<ViewedTask> Tasks { get; init; }

    [BsonElement("createdAt")]
    public required DateTime CreatedAt { get; init; }

    [BsonElement("expiresAt"), BsonIgnoreIfNull]
    public DateTime? ExpiresAt { get; init; }

    /// <summary>As a job document has them.</summary>
    [BsonElement("details"), BsonIgnoreIfNull]
    public BsonDocument? Details { get; init; }

    [BsonElement("lastEventAt")]
    public required DateTime LastEventAt { get; init; }

    [BsonElement("offeredAt"), BsonIgnoreIfNull]
    public DateTime? OfferedAt { get; init; }

    /// <summary>Absent in views that were stored before answers were.</summary>
    [BsonElement("answers"), BsonIgnoreIfNull]
    public List<ViewedAnswer>? Answers { get; init; }

    public static JobViewDocument From(JobView view)
    {
        var job = view.Job;
        return new JobViewDocument
        {
            JobRequestId = view.JobRequestId,
            Version = job.Version,
            Status = job.Status.ToString(),
            Epoch = job.Epoch,
            Requester = job.Requester,
            Title = job.Title,
            Candidates = [.. job.Candidates.Select(candidate => new ViewedCandidate(candidate.Id, candidate.Answer?.ToString()))],
            Winner = job.Winner,
            Tasks = [.. job.Tasks.Select(task => new ViewedTask(task.Id, task.Name, task.Done))],
            CreatedAt = job.CreatedAt.UtcDateTime,
            ExpiresAt = job.ExpiresAt?.UtcDateTime,
            Details = job.Details.ToStored() is { } details
                ? BsonDocument.Parse(JsonSerializer.Serialize(details, JobDocumentJson.Default.StoredDetails))
                : null,
            LastEventAt = job.LastEventAt.UtcDateTime,
            OfferedAt = view.OfferedAt.UtcDateTime,
            Answers =
                [.. view.Answers.Select(
                    answer => new ViewedAnswer(answer.Candidate, answer.Epoch, answer.Answer.ToString(), (long)answer.After.TotalMilliseconds))],
        };
    }

    public JobView ToView() => new(JobRequestId, new JobRequest
    {
        Version = Version,
        Status = Enum.Parse<JobStatus>(Status),
        Epoch = Epoch,
        Requester = Requester,
        Title = Title,
        Candidates = [
            .. Candidates.Select(candidate => new Candidate(candidate.Id, candidate.Answer is { } answer ? Enum.Parse<CandidateAnswer>(answer) : null))],
        Winner = Winner,
        Tasks = [.. Tasks.Select(task => new JobTask(task.Id, task.Name, task.Done))],
        CreatedAt = CreatedAt,
        ExpiresAt = ExpiresAt,
        Details = Details is null ? null : JsonSerializer.Deserialize(Details.ToJson(PlainJson), JobDocumentJson.Default.StoredDetails)!.ToDomain(),
        LastEventAt = LastEventAt,
    })
    {
        OfferedAt = OfferedAt ?? CreatedAt,
        Answers = [.. (Answers ?? [])
            .Select(answer =>
                new JobAnswer(answer.Candidate, answer.Epoch, Enum.Parse<CandidateAnswer>(answer.Answer), TimeSpan.FromMilliseconds(answer.AfterMs)))],
    };
}

internal sealed record ViewedCandidate([property: BsonElement("id")] string Id, [property: BsonElement("answer"), BsonIgnoreIfNull] string? Answer);

internal sealed record ViewedTask(
    [property: BsonElement("id")] string Id, [property: BsonElement("name")] string Name, [property: BsonElement("done")] bool Done);

internal sealed record ViewedAnswer(
    [property: BsonElement("candidate")] string Candidate,
    [property: BsonElement("epoch")] int Epoch,
    [property: BsonElement("answer")] string Answer,
    [property: BsonElement("afterMs")] long AfterMs);
