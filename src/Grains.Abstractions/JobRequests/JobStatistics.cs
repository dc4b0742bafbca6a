using System.Collections.Immutable;

namespace JobRequests.Grains.Abstractions;

/// <summary>Which jobs to count: those that were offered in a time.</summary>
/// <param name="From">The first moment.</param>
/// <param name="To">The moment after the last.</param>
/// <param name="Candidate">Only what was offered to this person and what became of it; null counts everybody.</param>
[GenerateSerializer, Immutable, Alias("jobs.statistics-query")]
public sealed record StatisticsQuery([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset To, [property: Id(2)] string? Candidate);

/// <summary>What became of jobs that were offered.</summary>
/// <param name="Offers">Pairs of a job and a candidate of it.</param>
/// <param name="Wins">Jobs that a candidate has, or had when they ended.</param>
/// <param name="Accepted">Answers that took a job, those included that were withdrawn later.</param>
/// <param name="Declined">Answers that did not.</param>
/// <param name="MedianToAnswer">Half of the answers came sooner after the job was offered, or offered again; null without answers.</param>
[GenerateSerializer, Immutable, Alias("jobs.statistics-figures")]
public sealed record StatisticsFigures(
    [property: Id(0)] long Offers, [property: Id(1)] long Wins, [property: Id(2)] long Accepted, [property: Id(3)] long Declined,
    [property: Id(4)] TimeSpan? MedianToAnswer)
{
    /// <summary>The median between the two middle ones of all times, which are the same one where their number is odd.</summary>
    /// <param name="lower">Milliseconds.</param>
    /// <param name="upper">Milliseconds.</param>
    public static TimeSpan Median(long lower, long upper) => TimeSpan.FromMilliseconds(lower + upper) / 2;
}

/// <param name="ByHour">By the hour in which the jobs were offered, oldest first; hours without offers are left out.</param>
/// <param name="ByCandidate">Those with the most offers first, at most 1,000.</param>
/// <param name="Jobs">Jobs that were counted.</param>
/// <param name="IsComplete">False where there were too many: then the newest are counted.</param>
[GenerateSerializer, Immutable, Alias("jobs.statistics")]
public sealed record JobStatistics(
    [property: Id(0)] ImmutableArray<HourStatistics> ByHour,
    [property: Id(1)] ImmutableArray<CandidateStatistics> ByCandidate,
    [property: Id(2)] long Jobs,
    [property: Id(3)] bool IsComplete);

[GenerateSerializer, Immutable, Alias("jobs.statistics-hour")]
public sealed record HourStatistics([property: Id(0)] DateTimeOffset Hour, [property: Id(1)] StatisticsFigures Figures);

[GenerateSerializer, Immutable, Alias("jobs.statistics-candidate")]
public sealed record CandidateStatistics([property: Id(0)] string Candidate, [property: Id(1)] StatisticsFigures Figures);
