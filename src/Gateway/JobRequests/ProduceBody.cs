using System.Text.Json.Serialization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>What clients of the first design send; which members count depends on <see cref="EventId"/>.</summary>
internal sealed record ProduceBody
{
    public const string Create = "createJobRequest";

    /// <summary>Spelled as those clients spell it.</summary>
    public const string Accept = "accepteJobRequest";

    public const string Decline = "declineJobRequest";

    public string? EventId { get; init; }
    public string? RequestId { get; init; }
    public IReadOnlyList<string?>? Cleaners { get; init; }
    public IReadOnlyList<TaskBody?>? Tasks { get; init; }
    public string? JobRequestId { get; init; }
    public string? CleanerId { get; init; }
}

/// <summary>What clients of the first design understand.</summary>
internal sealed record ProduceAnswer(
    bool Ok,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ProduceResult? RemoteCallResult = null)
{
    public static ProduceAnswer Succeeded(string jobRequestId, JobSnapshot? job) =>
        new(true, RemoteCallResult: new ProduceResult(Outcomes.Success, job is null ? null : ProduceDocument.From(jobRequestId, job)));

    public static ProduceAnswer Failed(string error) => new(false, error);
}

internal sealed record ProduceResult(string Res, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ProduceDocument? Doc);

internal sealed record ProduceDocument(
    string JobRequestId,
    IReadOnlyList<string> Cleaners,
    IReadOnlyList<TaskSnapshot> Tasks,
    IReadOnlyDictionary<string, string> Answers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AcceptedCleaner)
{
    public static ProduceDocument From(string jobRequestId, JobSnapshot job) => new(
        jobRequestId,
        [.. job.Candidates.Select(candidate => candidate.Id)],
        job.Tasks,
        job.Candidates.Where(candidate => candidate.Answer is not null)
            .ToDictionary(candidate => candidate.Id, candidate => candidate.Answer!.ToLowerInvariant(), StringComparer.Ordinal),
        job.AcceptedBy);
}
