using System.Collections.Immutable;

namespace JobRequests.Gateway.JobRequests;

/// <param name="Items">Newest first.</param>
/// <param name="Next">The cursor of the next page; null after the last one.</param>
internal sealed record JobListBody(ImmutableArray<JobBody> Items, string? Next);

/// <param name="Counts">How many jobs have which status; every status is there.</param>
/// <param name="Total">All of them.</param>
/// <param name="Complete">False where only the newest 10,000 jobs were counted.</param>
internal sealed record JobCountsBody(IReadOnlyDictionary<string, long> Counts, long Total, bool Complete)
{
    public static JobCountsBody From(JobCounts counts) => new(
        JobListQuery.Statuses.ToDictionary(status => status, status => counts.ByStatus.GetValueOrDefault(status)),
        counts.ByStatus.Values.Sum(),
        counts.IsComplete);
}
