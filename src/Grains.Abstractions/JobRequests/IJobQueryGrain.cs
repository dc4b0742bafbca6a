using Orleans.Concurrency;

namespace JobRequests.Grains.Abstractions;

/// <summary>Questions about many jobs, answered from the read views by whichever silo is asked; the key only spreads the work. One that is cancelled ends in
/// the store too.</summary>
[GrainInterfaceType("jobs.jobqueries"), Alias("jobs.IJobQueryGrain")]
public interface IJobQueryGrain : IGrainWithIntegerKey
{
    /// <summary>The jobs that the caller may see: those it requested or is a candidate of, all of them for an administrator.</summary>
    [AlwaysInterleave, Alias("List")]
    Task<JobPage> List(JobQuery query, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>How many jobs <see cref="List"/> would give, by status. Status, text, position and limit of the query do not count.</summary>
    [AlwaysInterleave, Alias("Count")]
    Task<JobCounts> Count(JobQuery query, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>What became of the jobs that were offered in a time. Whose they are to be is for the caller to decide: everybody's are counted.</summary>
    [AlwaysInterleave, Alias("CountStatistics")]
    Task<JobStatistics> CountStatistics(StatisticsQuery query, CancellationToken cancellationToken = default);

    /// <summary>How far the views are behind the jobs, to a second or so.</summary>
    [AlwaysInterleave, Alias("ReadLag")]
    Task<TimeSpan> ReadLag();
}
