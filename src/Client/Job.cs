using System.Text.Json.Serialization;

namespace JobRequests.Client;

/// <summary>A job as the service shows it to this caller: a candidate sees itself only, the requester everybody.</summary>
public sealed record Job
{
    public required string JobRequestId { get; init; }

    /// <summary><c>Open</c>, <c>Accepted</c>, <c>Started</c>, <c>Finished</c>, <c>Declined</c>, <c>Expired</c> or <c>Cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Counts from 1; a withdrawal, a release or a lapse begins the next one.</summary>
    public int Epoch { get; init; }

    public required long Version { get; init; }
    public string? Title { get; init; }
    public string? Requester { get; init; }
    public string? AcceptedBy { get; init; }
    public IReadOnlyList<JobCandidate> Candidates { get; init; } = [];
    public int? CandidatesLeft { get; init; }

    /// <summary>Who will be asked by later waves, in this order; null unless the caller is the requester or an administrator.</summary>
    public IReadOnlyList<string>? Waiting { get; init; }

    /// <summary>The plan of the waves; null where there is none, and for candidates.</summary>
    public IReadOnlyList<JobWave>? Waves { get; init; }

    /// <summary>The last wave that was opened, from 1.</summary>
    public int? Wave { get; init; }

    /// <summary>When the next one is.</summary>
    public DateTimeOffset? NextWaveAt { get; init; }

    /// <summary>How long a winner has to confirm; null where that is not asked for.</summary>
    public int? ConfirmSeconds { get; init; }

    /// <summary>Until when the winner has to confirm; null where nothing is to be confirmed.</summary>
    public DateTimeOffset? ConfirmBy { get; init; }

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

    /// <summary>The job that it repeats; null where there is none, and to candidates.</summary>
    public string? Previous { get; init; }

    /// <summary>The HTTP answer as it came, where the job was read by itself.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}

/// <param name="Id">The person.</param>
/// <param name="Answer"><c>Accepted</c>, <c>Declined</c>, <c>Standby</c>, <c>Withdrawn</c>, <c>Released</c>, <c>Lapsed</c>, or null while there is
/// none.</param>
/// <param name="AskedAt">When, where that was later than the job's creation.</param>
/// <param name="Rank">The place in the line of those on standby, from 1; null for who is not in it.</param>
public sealed record JobCandidate(string Id, string? Answer, DateTimeOffset? AskedAt = null, int? Rank = null);

/// <summary>Where a job is done: words for people, a point for maps, or both.</summary>
public sealed record JobPlace(string? Text = null, double? Latitude = null, double? Longitude = null);

public sealed record JobTask(string Id, string Name, bool Done);

/// <summary>What people and programs read of a job; all of it can be left out.</summary>
public abstract record JobContent
{
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

/// <summary>What a create asks for. The caller becomes the requester.</summary>
public sealed record NewJob : JobContent
{
    /// <summary>1 to 1,000 people who may take the job; required without <see cref="Previous"/>.</summary>
    public IReadOnlyList<string>? Candidates { get; init; }

    /// <summary>At most 200; none when null, but those of <see cref="Previous"/> where it is set.</summary>
    public IReadOnlyList<NewTask>? Tasks { get; init; }

    /// <summary>A closed job of the caller's, which this one repeats: what is null here is taken from it, but for times.</summary>
    public string? Previous { get; init; }

    /// <summary>Who of the candidates is asked first, and who then; all at once where there are none. At most 20.</summary>
    public IReadOnlyList<JobWave>? Waves { get; init; }

    /// <summary>How long a winner has to confirm, 10 to 86,400 seconds; no confirmation is asked for where it is null.</summary>
    public int? ConfirmSeconds { get; init; }
}

/// <summary>What changes in a job. What is null stays as it is.</summary>
public sealed record JobChanges : JobContent
{
    /// <summary>Who may answer too.</summary>
    public IReadOnlyList<string>? AddCandidates { get; init; }

    /// <summary>The members that the job has no more, such as <c>instructions</c>.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Remove { get; init; } = [];
}

/// <summary>So many candidates are asked together, in their order, and have so long before the next ones are asked too.</summary>
/// <param name="Size">From 1.</param>
/// <param name="Seconds">5 to 86,400.</param>
public sealed record JobWave(int Size, int Seconds);

public sealed record NewTask(string Id, string Name);
