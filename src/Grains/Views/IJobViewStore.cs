using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>Where read views live.</summary>
public interface IJobViewStore
{
    /// <returns>The views that there are, by job.</returns>
    Task<IReadOnlyDictionary<string, JobView>> ReadAsync(IReadOnlyCollection<string> jobRequestIds, CancellationToken cancellationToken = default);

    /// <summary>Stores each view unless one of its version or a later one is there. A job comes at most once.</summary>
    /// <returns>Jobs whose view was not stored for that reason.</returns>
    Task<IReadOnlyCollection<string>> WriteAsync(IReadOnlyCollection<JobView> views);
}

/// <summary>Jobs in the order of their positions, as one index of the store has them: reading on costs the same at any depth.</summary>
public abstract record ViewOrder
{
    private ViewOrder()
    {
    }

    public sealed record All : ViewOrder;

    public sealed record OfStatus(string Status) : ViewOrder;

    public sealed record OfCandidate(string Candidate) : ViewOrder;

    /// <summary>
    /// Jobs in which a candidate has this part. With <see cref="Standing.Standby"/> also those that were closed with the candidate in the line.
    /// </summary>
    public sealed record OfStanding(string Candidate, Standing Standing) : ViewOrder;

    public sealed record OfRequester(string Requester) : ViewOrder;

    public sealed record OfRequesterAndStatus(string Requester, string Status) : ViewOrder;

    /// <summary>Jobs that have this metadata, <c>KEY=VALUE</c>: those of one requester, or all of them.</summary>
    public sealed record OfMetadata(string Pair, string? Requester) : ViewOrder;

    /// <summary>What a person may see: requested by it, or offered to it. A job comes once.</summary>
    public sealed record OfPerson(string Person) : ViewOrder;
}

/// <summary>What is known of a job from the way through an index.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Status">Its status.</param>
/// <param name="Requester">Who requested it.</param>
/// <param name="Title">Its title, where the content was asked for and the job has one.</param>
/// <param name="Metadata">Its metadata, each <c>KEY=VALUE</c>, where the content was asked for.</param>
/// <param name="StartsAt">When its work starts, where the content was asked for and the job says it.</param>
public sealed record ViewEntry(
    JobPosition Position, string Status, string Requester, string? Title, IReadOnlyCollection<string> Metadata, DateTimeOffset? StartsAt);

/// <summary>Questions about many views.</summary>
public interface IJobViewIndex
{
    /// <summary>The jobs behind <paramref name="after"/>, at most <paramref name="count"/>; fewer than that means that there are no more.</summary>
    Task<IReadOnlyList<ViewEntry>> ScanAsync(ViewOrder order, JobPosition? after, int count, bool withContent, CancellationToken cancellationToken = default);

    /// <summary>How many jobs have which status: all jobs, or those of one requester.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync(string? requester, CancellationToken cancellationToken);

    /// <summary>
    /// Adds up what became of the jobs that were offered in a time. A view holds its job once, at its newest version, so an event that is
    /// delivered twice is counted once, and a rebuilt view counts like the one before.
    /// </summary>
    /// <param name="query">Which jobs, and whose part of them.</param>
    /// <param name="maxJobs">Of more jobs the newest are counted, and the answer says so.</param>
    /// <param name="maxCandidates">Of more people those with the most offers are named.</param>
    /// <param name="cancellationToken">Ends the work in the store.</param>
    Task<JobStatistics> CountStatisticsAsync(StatisticsQuery query, int maxJobs, int maxCandidates, CancellationToken cancellationToken);
}
