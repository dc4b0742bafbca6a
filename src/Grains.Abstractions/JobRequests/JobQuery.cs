using System.Collections.Immutable;

namespace JobRequests.Grains.Abstractions;

/// <summary>Where a job stands in lists: newest first, and of those of one millisecond the greatest id first.</summary>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="JobRequestId">The job.</param>
[GenerateSerializer, Immutable, Alias("jobs.job-position")]
public readonly record struct JobPosition([property: Id(0)] long CreatedAt, [property: Id(1)] string JobRequestId);

/// <summary>Which jobs to list. What is null does not restrict.</summary>
/// <param name="Status">Jobs of this status.</param>
/// <param name="Candidate">Jobs that this person is a candidate of.</param>
/// <param name="Requester">Jobs that this person requested.</param>
/// <param name="Text">Jobs whose title contains this, whatever the case of the letters.</param>
/// <param name="After">Behind this position; null begins with the newest.</param>
/// <param name="Limit">At most so many, from 1.</param>
/// <param name="Metadata">Jobs that have all of these, each <c>KEY=VALUE</c>; also <see cref="PreviousPair"/>.</param>
/// <param name="Standing">Jobs in which the candidate has this part, a <c>Standing</c>; only with <paramref name="Candidate"/>.</param>
/// <param name="StartsFrom">Jobs that start then or later.</param>
/// <param name="StartsTo">Jobs that start before.</param>
[GenerateSerializer, Immutable, Alias("jobs.job-query")]
public sealed record JobQuery(
    [property: Id(0)] string? Status,
    [property: Id(1)] string? Candidate,
    [property: Id(2)] string? Requester,
    [property: Id(3)] string? Text,
    [property: Id(4)] JobPosition? After,
    [property: Id(5)] int Limit,
    [property: Id(6)] ImmutableArray<string>? Metadata = null,
    [property: Id(7)] string? Standing = null,
    [property: Id(8)] DateTimeOffset? StartsFrom = null,
    [property: Id(9)] DateTimeOffset? StartsTo = null)
{
    /// <summary>Stands for the jobs that repeat <paramref name="jobRequestId"/>. No metadata has an empty key.</summary>
    public static string PreviousPair(string jobRequestId) => "=" + jobRequestId;
}

/// <param name="Jobs">Newest first, each as the caller may see it.</param>
/// <param name="Next">Where the next page begins, or null after the last one. A page may hold few jobs, even none, and still have a next one.</param>
[GenerateSerializer, Immutable, Alias("jobs.job-page")]
public sealed record JobPage([property: Id(0)] ImmutableArray<JobSnapshot> Jobs, [property: Id(1)] JobPosition? Next);

/// <param name="ByStatus">How many jobs have which status; a status that no job has may be missing.</param>
/// <param name="IsComplete">False where only the newest jobs were counted.</param>
[GenerateSerializer, Immutable, Alias("jobs.job-counts")]
public sealed record JobCounts([property: Id(0)] ImmutableDictionary<string, long> ByStatus, [property: Id(1)] bool IsComplete);
