using System.Text.Json.Serialization;

namespace JobRequests.Client;

/// <summary>Which jobs to list. What is null does not restrict.</summary>
public sealed record JobFilter
{
    /// <summary>The caller itself, for <see cref="Candidate"/> and <see cref="Requester"/>.</summary>
    public const string Me = "me";

    /// <summary><c>Open</c>, <c>Accepted</c>, <c>Started</c>, <c>Finished</c>, <c>Declined</c>, <c>Expired</c> or <c>Cancelled</c>.</summary>
    public string? Status { get; init; }

    /// <summary><see cref="Me"/>; an administrator may name anybody.</summary>
    public string? Candidate { get; init; }

    /// <summary>
    /// <c>ToAnswer</c>, <c>Standby</c> or <c>Winner</c>: jobs in which this is the part of <see cref="Candidate"/>, or of the caller when that is null.
    /// </summary>
    public string? Standing { get; init; }

    /// <summary><see cref="Me"/>; an administrator may name anybody.</summary>
    public string? Requester { get; init; }

    /// <summary>Part of the title, whatever the case of the letters.</summary>
    public string? Text { get; init; }

    /// <summary>Jobs that start then or later.</summary>
    public DateTimeOffset? StartsFrom { get; init; }

    /// <summary>Jobs that start before.</summary>
    public DateTimeOffset? StartsTo { get; init; }

    /// <summary>Jobs that repeat this one.</summary>
    public string? Previous { get; init; }

    /// <summary>Jobs that have all of this metadata.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>One page of a list, newest first. It may hold few jobs, even none, and still have a next one.</summary>
public sealed record JobPage
{
    public required IReadOnlyList<Job> Items { get; init; }

    /// <summary>The cursor of the next page; null after the last one.</summary>
    public string? Next { get; init; }

    /// <summary>The HTTP answer as it came.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}

/// <summary>How many of the jobs that the caller may see have which status.</summary>
public sealed record JobCounts
{
    public required IReadOnlyDictionary<string, long> Counts { get; init; }
    public long Total { get; init; }

    /// <summary>False where only the newest jobs were counted.</summary>
    public bool Complete { get; init; }

    /// <summary>The HTTP answer as it came.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}
