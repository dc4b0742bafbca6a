using JobRequests.Grains.Abstractions;
using Orleans.Concurrency;

namespace JobRequests.Grains;

/// <summary>Runs where it is asked, as often as it is asked: it holds nothing.</summary>
[GrainType("jobqueries"), StatelessWorker(1), Reentrant]
internal sealed class JobQueryGrain(IJobViewStore views, IJobViewIndex index, ViewLag lag) : Grain, IJobQueryGrain
{
    private readonly JobViewQueries _queries = new(views, index);
    private readonly JobViewStatistics _statistics = new(views, index);

    public Task<JobPage> List(JobQuery query, Caller caller) => _queries.ListAsync(query, caller);

    public Task<JobCounts> Count(JobQuery query, Caller caller) => _queries.CountAsync(query, caller);

    public Task<JobStatistics> CountStatistics(StatisticsQuery query) => _statistics.CountAsync(query);

    public Task<TimeSpan> ReadLag() => Task.FromResult(lag.Current);
}
