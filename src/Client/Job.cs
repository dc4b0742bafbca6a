using System.Text.Json.Serialization;

namespace JobRequests.Client;

/// <summary>A job as the service shows it to this caller: a candidate sees itself only, the requester everybody.</summary>
public sealed record Job
{
    public required string JobRequestId { get; init; }

    /// <summary><c>Open</c>, <c>Accepted</c>, <c>Started</c>, <c>Finished</c>, <c>Declined</c>, <c>Expired</c> or <c>Cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>How often the job has been open; a withdrawal begins the next epoch.</summary>
    public int Epoch { get; init; }

    public required long Version { get; init; }
    public string? Title { get; init; }
    public string? Requester { get; init; }
    public string? AcceptedBy { get; init; }
    public IReadOnlyList<JobCandidate> Candidates { get; init; } = [];
    public int? CandidatesLeft { get; init; }
    public IReadOnlyList<JobTask> Tasks { get; init; } = [];
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? Description { get; init; }
    public JobPlace? Place { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Null unless the caller is the requester, an administrator or the current winner.</summary>
    public string? Instructions { get; init; }

    /// <summary>Null where there is none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The HTTP answer as it came, where the job was read by itself.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}

/// <param name="Id">The person.</param>
/// <param name="Answer"><c>Accepted</c>, <c>Declined</c>, <c>Withdrawn</c>, <c>Released</c>, or null while there is none.</param>
public sealed record JobCandidate(string Id, string? Answer);

/// <summary>Where a job is done: words for people, a point for maps, or both.</summary>
public sealed record JobPlace(string? Text = null, double? Latitude = null, double? Longitude = null);

public sealed record JobTask(string Id, string Name, bool Done);

/// <summary>What a create asks for. The caller becomes the requester.</summary>
public sealed record NewJob
{
    /// <summary>1 to 1,000 people who may take the job.</summary>
    public required IReadOnlyList<string> Candidates { get; init; }

    /// <summary>At most 200.</summary>
    public IReadOnlyList<NewTask> Tasks { get; init; } = [];

    public string? Title { get; init; }

    /// <summary>When an open job closes by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it is about; at most 4,000 characters.</summary>
    public string? Description { get; init; }

    public JobPlace? Place { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>For the one who does it; at most 4,000 characters. Other candidates never see them.</summary>
    public string? Instructions { get; init; }

    /// <summary>At most 20 texts of at most 500 characters, which jobs can be found by.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

public sealed record NewTask(string Id, string Name);
