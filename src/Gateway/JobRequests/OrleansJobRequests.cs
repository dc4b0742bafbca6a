using Orleans.Streams;

namespace JobRequests.Gateway.JobRequests;

/// <summary>The jobs as grains: commands go by the stream, questions straight to the grain.</summary>
internal sealed class OrleansJobRequests(IClusterClient cluster, IClusterConnection connection, IProduceFailureClassifier failures) : IJobRequests
{
    private long _queries;
    private GrainReference? _first;

    public async Task SubmitAsync(CommandEnvelope command)
    {
        IAsyncStream<CommandEnvelope> stream;
        try
        {
            stream = Cluster.GetStreamProvider(StreamNames.Requests).GetStream<CommandEnvelope>(StreamId.Create(StreamNames.Requests, command.JobRequestId));
        }
        catch (Exception exception)
        {
            throw new NotEnqueuedException(exception);
        }

        try
        {
            await stream.OnNextAsync(command);
        }
        catch (Exception exception) when (failures.IsCertainlyNotEnqueued(exception))
        {
            throw new NotEnqueuedException(exception, failures.IsTooLarge(exception));
        }
    }

    public Task<JobRequestReply> GetOutcomeAsync(string jobRequestId, OutcomeQuery query, TimeSpan wait) => Job(jobRequestId).GetOutcome(query, wait);

    public Task<JobRequestReply> PreviewAsync(CommandEnvelope command) => Job(command.JobRequestId).Preview(command);

    public Task<JobSnapshot?> ReadAsync(string jobRequestId, Caller caller) => Job(jobRequestId).Read(caller);

    public Task<JobSnapshot?> ReadViewAsync(string jobRequestId, Caller caller, int minVersion, TimeSpan wait) =>
        Cluster.GetGrain<IJobViewGrain>(ViewShards.Of(jobRequestId)).Read(jobRequestId, caller, minVersion, wait);

    public Task<JobHistory?> ReadHistoryAsync(string jobRequestId, Caller caller) => Job(jobRequestId).ReadHistory(caller);

    public Task<JobPage> ListAsync(JobQuery query, Caller caller, CancellationToken cancellationToken) => Queries.List(query, caller, cancellationToken);

    public Task<JobCounts> CountAsync(JobQuery query, Caller caller, CancellationToken cancellationToken) => Queries.Count(query, caller, cancellationToken);

    public Task<JobStatistics> ReadStatisticsAsync(StatisticsQuery query, CancellationToken cancellationToken) =>
        Queries.CountStatistics(query, cancellationToken);

    public Task<TimeSpan> ReadViewLagAsync() => Queries.ReadLag();

    public Task<ViewRebuildStatus> StartViewRebuildAsync() => Cluster.GetGrain<IViewRebuildGrain>(0).Start();

    public Task<ViewRebuildStatus> ReadViewRebuildAsync() => Cluster.GetGrain<IViewRebuildGrain>(0).Read();

    public Task<DateTimeOffset?> ReadViewTimeAsync(string jobRequestId, int version) =>
        Cluster.GetGrain<IJobViewGrain>(ViewShards.Of(jobRequestId)).StoredAt(jobRequestId, version);

    public Task<RequestExplanation?> ExplainAsync(string jobRequestId, Caller caller, string operation, string key) =>
        Job(jobRequestId).Explain(caller, operation, key);

    public Task<JobTimeline?> ReadTimelineAsync(string jobRequestId, Caller caller) => Job(jobRequestId).ReadTimeline(caller);

    // Not of the membership: that would ask Redis, which silos and gateways do without.
    public Task PingAsync() => Cluster.GetGrain<IOperationsGrain>(0).ReadGateways();

    // Without a silo a call waits for its whole timeout, and a command for nobody.
    private IClusterClient Cluster => connection.IsUp ? cluster : throw new ClusterUnavailableException();

    // Any silo can answer, and a key leads to one of them: each call takes another.
    private IJobQueryGrain Queries => Cluster.GetGrain<IJobQueryGrain>(Interlocked.Increment(ref _queries) & 15);

    // By the ids of type and interface that the first reference tells: to find them, Orleans reads the interface's attributes each time.
    private IJobRequestGrain Job(string jobRequestId)
    {
        var cluster = Cluster;
        var first = _first ??= (GrainReference)cluster.GetGrain<IJobRequestGrain>(jobRequestId);
        return (IJobRequestGrain)cluster.GetGrain(GrainId.Create(first.GrainId.Type, jobRequestId), first.InterfaceType);
    }
}
