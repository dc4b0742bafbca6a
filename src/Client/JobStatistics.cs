using System.Text.Json.Serialization;

namespace JobRequests.Client;

/// <summary>What became of the jobs that were offered in a time.</summary>
public sealed record JobStatistics
{
    public DateTimeOffset From { get; init; }

    /// <summary>The moment after the last.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Jobs that were counted.</summary>
    public required long Jobs { get; init; }

    /// <summary>False where there were more than the service counts: the newest were counted.</summary>
    public bool Complete { get; init; }

    /// <summary>By the hour of the offer, oldest first; hours without offers are left out.</summary>
    public IReadOnlyList<OfferFigures> ByHour { get; init; } = [];

    /// <summary>Most offers first.</summary>
    public IReadOnlyList<OfferFigures> ByCandidate { get; init; } = [];

    /// <summary>The HTTP answer as it came.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}

/// <summary>The figures of an hour or of a candidate.</summary>
public sealed record OfferFigures
{
    /// <summary>When it began; null in the figures of a candidate.</summary>
    public DateTimeOffset? Hour { get; init; }

    /// <summary>Whose figures they are; null in those of an hour.</summary>
    public string? Candidate { get; init; }

    /// <summary>Pairs of a job and a candidate.</summary>
    public long Offers { get; init; }

    /// <summary>Jobs that a candidate has, or had when they ended.</summary>
    public long Wins { get; init; }

    /// <summary>Answers that took a job, also those that were withdrawn later.</summary>
    public long Accepted { get; init; }

    /// <summary>Answers that did not.</summary>
    public long Declined { get; init; }

    /// <summary>Milliseconds after the offer; half of the answers came sooner. Null without answers.</summary>
    public long? MedianToAnswerMs { get; init; }
}
