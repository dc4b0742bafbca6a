using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>One queue for each partition, and the partition's number is the queue's.</summary>
internal sealed class KafkaQueueMapper(string provider, int partitions) : IStreamQueueMapper
{
    private readonly QueueId[] _queues = [.. Enumerable.Range(0, partitions)
        .Select(partition => QueueId.GetQueueId(provider, (uint)partition, (uint)partition))];

    public IEnumerable<QueueId> GetAllQueues() => _queues;

    // Where a stream's records arrive is decided by their key, on the broker; this only has to be the same on all silos.
    public QueueId GetQueueForStream(StreamId streamId) => _queues[(uint)streamId.GetHashCode() % (uint)_queues.Length];
}
