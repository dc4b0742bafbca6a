using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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

    /// <summary>As a job document has them.</summary>
    [BsonElement("waves"), BsonIgnoreIfNull]
    public BsonDocument? Waves { get; init; }

    [BsonElement("standby"), BsonIgnoreIfNull]
    public List<string>? Standby { get; init; }

    [BsonElement("confirmSeconds"), BsonIgnoreIfNull]
    public int? ConfirmSeconds { get; init; }

    [BsonElement("confirmBy"), BsonIgnoreIfNull]
    public DateTime? ConfirmBy { get; init; }

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
        var (job, stored) = (view.Job, view.Job.ToStored());
        return new JobViewDocument
        {
            JobRequestId = view.JobRequestId,
            Version = job.Version,
            Status = job.Status.ToString(),
            Epoch = job.Epoch,
            Requester = job.Requester,
            Title = job.Title,
            Candidates = [
                .. job.Candidates.Select(candidate => new ViewedCandidate(candidate.Id, candidate.Answer?.ToString(), candidate.AskedAt?.UtcDateTime))],
            Waves = ToBson(stored.Waves, JobDocumentJson.Default.StoredWaves),
            Standby = stored.Standby,
            ConfirmSeconds = job.ConfirmSeconds,
            ConfirmBy = job.ConfirmBy?.UtcDateTime,
            Winner = job.Winner,
            Tasks = [.. job.Tasks.Select(task => new ViewedTask(task.Id, task.Name, task.Done))],
            CreatedAt = job.CreatedAt.UtcDateTime,
            ExpiresAt = job.ExpiresAt?.UtcDateTime,
            Details = ToBson(stored.Details, JobDocumentJson.Default.StoredDetails),
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
        Candidates = [.. Candidates.Select(candidate => new Candidate(candidate.Id, StateMapping.ParseAnswer(candidate.Answer), candidate.AskedAt))],
        Waves = FromBson(Waves, JobDocumentJson.Default.StoredWaves)?.ToDomain(),
        Standby = [.. Standby ?? []],
        ConfirmSeconds = ConfirmSeconds,
        ConfirmBy = ConfirmBy,
        Winner = Winner,
        Tasks = [.. Tasks.Select(task => new JobTask(task.Id, task.Name, task.Done))],
        CreatedAt = CreatedAt,
        ExpiresAt = ExpiresAt,
        Details = FromBson(Details, JobDocumentJson.Default.StoredDetails)?.ToDomain(),
        LastEventAt = LastEventAt,
    })
    {
        OfferedAt = OfferedAt ?? CreatedAt,
        Answers = [.. (Answers ?? [])
            .Select(answer =>
                new JobAnswer(answer.Candidate, answer.Epoch, Enum.Parse<CandidateAnswer>(answer.Answer), TimeSpan.FromMilliseconds(answer.AfterMs)))],
    };

    private static BsonDocument? ToBson<T>(T? part, JsonTypeInfo<T> type)
        where T : class => part is null ? null : BsonDocument.Parse(JsonSerializer.Serialize(part, type));

    private static T? FromBson<T>(BsonDocument? part, JsonTypeInfo<T> type)
        where T : class => part is null ? null : JsonSerializer.Deserialize(part.ToJson(PlainJson), type);
}

internal sealed record ViewedCandidate(
    [property: BsonElement("id")] string Id,
    [property: BsonElement("answer"), BsonIgnoreIfNull] string? Answer,
    [property: BsonElement("askedAt"), BsonIgnoreIfNull] DateTime? AskedAt = null);

internal sealed record ViewedTask(
    [property: BsonElement("id")] string Id, [property: BsonElement("name")] string Name, [property: BsonElement("done")] bool Done);

internal sealed record ViewedAnswer(
    [property: BsonElement("candidate")] string Candidate,
    [property: BsonElement("epoch")] int Epoch,
    [property: BsonElement("answer")] string Answer,
    [property: BsonElement("afterMs")] long AfterMs);
