using Confluent.Kafka;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka;

/// <summary>Asks brokers for offsets of many partitions at once. <c>QueryWatermarkOffsets</c> asks twice for each of them, one after the other.</summary>
internal static class OffsetQueries
{
    /// <summary>In the place of a time: the offset that the next record will get.</summary>
    public static readonly Timestamp End = new(Offset.End.Value, TimestampType.NotAvailable);

    /// <summary>In the place of a time: the offset of the first record that is still there.</summary>
    public static readonly Timestamp Beginning = new(Offset.Beginning.Value, TimestampType.NotAvailable);

    /// <summary>A consumer for questions alone, which joins no group. If no broker answers, its caller reports that.</summary>
    public static IConsumer<Ignore, Ignore> CreateConsumer(KafkaStreamOptions options) =>
        new ConsumerBuilder<Ignore, Ignore>(KafkaClientSettings.ForOffsetQueries(options))
        .SetLogHandler(static (_, _) => { })
        .SetErrorHandler(static (_, _) => { })
        .Build();

    /// <summary>Blocks until the brokers have answered.</summary>
    /// <exception cref="KafkaException">They do not answer in time, or the answer is no.</exception>
    public static Dictionary<TopicPartition, Offset> Read(
        IConsumer<Ignore, Ignore> consumer, IEnumerable<TopicPartition> partitions, Timestamp which, TimeSpan timeout) =>
        consumer.OffsetsForTimes(partitions.Select(partition => new TopicPartitionTimestamp(partition, which)), timeout)
            .ToDictionary(static partition => partition.TopicPartition, static partition => partition.Offset);
}

/// <summary>
/// What a broker says of a consumer group for a moment: right after its first start, and while the group's coordinator moves to another
/// broker. The same question gets its answer a little later.
/// </summary>
public static class CoordinatorErrors
{
    /// <summary>How long a question is repeated before the coordinator counts as missing.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait between two questions.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether <paramref name="error"/> is one of them.</summary>
    public static bool Include(Error error) =>
        error.Code is ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable;
}
