using JobRequests.Streaming.Kafka;

namespace JobRequests.Gateway.Limits;

/// <summary>The log on Kafka: what was written against what the silos' group has committed.</summary>
internal sealed class KafkaRequestBacklog(IOptionsMonitor<KafkaStreamOptions> streams, IOptions<AdmissionOptions> admission) : IRequestBacklog, IDisposable
{
    private readonly KafkaProgressReader _reader = new(streams.Get(StreamNames.Requests), admission.Value.StaleAfter / 2);

    public async Task<IReadOnlyList<PartitionBacklog>> ReadAsync(CancellationToken cancellationToken)
    {
        var progress = await Task.Run(_reader.Read, cancellationToken);
        return [.. progress.Select(static partition => new PartitionBacklog(partition.Partition, partition.End, Math.Min(partition.Finished, partition.End)))];
    }

    public int PartitionOf(string jobRequestId) => _reader.PartitionOf(jobRequestId);

    public void Dispose() => _reader.Dispose();
}
