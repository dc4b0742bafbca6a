using JobRequests.Streaming.Kafka.Streams;

namespace JobRequests.Streaming.Kafka;

/// <summary>One partition as the silo that reads it sees it.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="NextToFinish">The lowest offset that is not finished: what is, or will soon be, committed. Null before the first record was seen.</param>
/// <param name="HighWatermark">The offset that the next record written will get. Null until the broker has said so.</param>
/// <param name="OldestUncommittedAge">How long ago the record at <paramref name="NextToFinish"/> was read. Null when all that was read is finished.</param>
/// <param name="CachedRecords">Records that wait for delivery or dead-lettering.</param>
/// <param name="CachedBytes">Their bytes.</param>
/// <param name="DeadLetterRecords">Records whose dead letter is not acknowledged yet.</param>
/// <param name="BlockedStreamCount">Streams whose records are dead-lettered until a replay ends their block.</param>
public sealed record KafkaPartitionStatus(
    int Partition, long? NextToFinish, long? HighWatermark, TimeSpan? OldestUncommittedAge, int CachedRecords, long CachedBytes, int DeadLetterRecords,
    int BlockedStreamCount)
{
    /// <summary>Records written and not yet finished.</summary>
    public long? Lag => HighWatermark - NextToFinish is { } lag ? Math.Max(0, lag) : null;
}

/// <summary>What a provider does on this silo: a keyed singleton under the provider's name.</summary>
public sealed class KafkaStreamStatus
{
    private readonly KafkaStreamAdapterFactory _factory;

    internal KafkaStreamStatus(KafkaStreamAdapterFactory factory) => _factory = factory;

    /// <summary>The provider's name.</summary>
    public string Provider => _factory.Name;

    /// <summary>The provider has found its topic. False while the silo starts.</summary>
    public bool IsStarted => _factory.IsStarted;

    /// <summary>Partitions are read here, and the thread that reads them has made its round within the last seconds.</summary>
    public bool IsConsumerAlive => _factory.Hub is { IsAlive: true };

    /// <summary>Nothing is taken from the log, because the <see cref="IKafkaConsumptionGate"/> is closed.</summary>
    public bool IsHeldBack => _factory.Gate is { } gate && gate.OpenFor <= TimeSpan.Zero;

    /// <summary>The partitions that this silo reads, in their order.</summary>
    public IReadOnlyList<KafkaPartitionStatus> GetPartitions() => _factory.Hub?.GetPartitions() ?? [];
}
