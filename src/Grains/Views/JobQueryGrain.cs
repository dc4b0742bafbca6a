using JobRequests.Grains.Abstractions;
using Orleans.Concurrency;

namespace JobRequests.Grains;

/// <summary>Runs where it is asked, as often as it is asked: it holds nothing.</summary>
[GrainType("jobqueries"), StatelessWorker(1), Reentrant]
internal sealed class JobQueryGrain(IJobViewStore views, IJobViewIndex index, JobViewStatistics statistics, ViewLag lag) : Grain, IJobQueryGrain
{
    private readonly JobViewQueries _queries = new(views, index);

    public Task<JobPage> List(JobQuery query, Caller caller, CancellationToken cancellationToken) => _queries.ListAsync(query, caller, cancellationToken);

    public Task<JobCounts> Count(JobQuery query, Caller caller, CancellationToken cancellationToken) => _queries.CountAsync(query, caller, cancellationToken);

    public Task<JobStatistics> CountStatistics(StatisticsQuery query, CancellationToken cancellationToken) => statistics.CountAsync(query, cancellationToken);

    public Task<TimeSpan> ReadLag() => Task.FromResult(lag.Current);
}
