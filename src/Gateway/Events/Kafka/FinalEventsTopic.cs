using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.ServiceDefaults;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Gateway.Events.Kafka;

/// <summary>
/// The topic of facts, read by this gateway for itself: all partitions, no group, nothing committed. Records are checked as the silos check
/// them; what is not signed by the cluster is no event.
/// </summary>
internal sealed partial class FinalEventsTopic(
    IConfiguration configuration, IOptions<FeedOptions> options, [FromKeyedServices(StreamNames.FinalEvents)] IKafkaRecordDecoder decoder,
    ILogger<FinalEventsTopic> logger)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private readonly KafkaSettings _kafka = KafkaSettings.Of(configuration)
        ?? throw new InvalidOperationException("The gateway's stream 'requests' is not on Kafka: there is no topic to read events from.");

    public string Name => options.Value.Topic;

    /// <summary>What tells this topic from another one that had, or will have, its name; and how many partitions it has.</summary>
    /// <exception cref="KafkaException">No broker answers, or there is no such topic.</exception>
    public async Task<(ulong Id, int Partitions)> DescribeAsync(CancellationToken cancellationToken)
    {
        using var admin = new AdminClientBuilder(Client()).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        var answer = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([Name]), new DescribeTopicsOptions { RequestTimeout = AnswerTimeout })
            .WaitAsync(cancellationToken);
        var topic = answer.TopicDescriptions.Single();
        if (topic.Error.IsError) throw new KafkaException(topic.Error);
        return ((ulong)(topic.TopicId.MostSignificantBits ^ topic.TopicId.LeastSignificantBits), topic.Partitions.Count);
    }

    public IConsumer<byte[]?, byte[]?> NewConsumer() => new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig(Client())
    {
        // Asked for by the client library; nothing joins it and nothing is committed under it.
        GroupId = "jobrequests-feed",
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = true,
        AutoOffsetReset = AutoOffsetReset.Error,
        AllowAutoCreateTopics = false,
        FetchWaitMaxMs = 100,
        FetchErrorBackoffMs = 100,
        QueuedMaxMessagesKbytes = 16 * 1024,
    })
        .SetKeyDeserializer(Raw.Instance)
        .SetValueDeserializer(Raw.Instance)
        .SetErrorHandler((_, error) => ClientError(logger, Name, error.Code, error.Reason))
        .SetLogHandler(static (_, _) => { })
        .Build();

    /// <summary>From where to where a partition holds records.</summary>
    public WatermarkOffsets Watermarks(IConsumer<byte[]?, byte[]?> consumer, int partition) =>
        consumer.QueryWatermarkOffsets(new TopicPartition(Name, partition), AnswerTimeout);

    public FeedInput.Record Decode(ConsumeResult<byte[]?, byte[]?> consumed)
    {
        var message = consumed.Message;
        var record = new KafkaRecord(
            consumed.Topic,
            consumed.Partition.Value,
            consumed.Offset.Value,
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, message.Timestamp.UnixTimestampMs)),
            Memory(message.Key),
            Memory(message.Value),
            [.. (message.Headers ?? []).Select(header => new KafkaHeader(header.Key, header.GetValueBytes() ?? []))]);
        return new FeedInput.Record(record.Partition, record.Offset, EventOf(record));
    }

    private JobEvent? EventOf(KafkaRecord record)
    {
        try
        {
            switch (decoder.Decode(record))
            {
                case KafkaDecodeResult.Deliver { Item: JobEvent jobEvent }:
                    return jobEvent;
                case KafkaDecodeResult.DeadLetter deadLetter:
                    NotAnEvent(logger, null, record.Topic, record.Partition, record.Offset, deadLetter.Reason);
                    return null;
                default:
                    return null;
            }
        }
        catch (Exception exception)
        {
            NotAnEvent(logger, exception, record.Topic, record.Partition, record.Offset, "it cannot be read");
            return null;
        }
    }

    private ClientConfig Client() => new(_kafka.Client.ToDictionary()) { ClientId = "jobrequests-feed", SocketTimeoutMs = 10_000 };

    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? (ReadOnlyMemory<byte>?)null : new ReadOnlyMemory<byte>(bytes);

    [LoggerMessage(LogLevel.Warning, "A record of {Topic}, partition {Partition}, offset {Offset}, is left out of the feed: {Reason}")]
    private static partial void NotAnEvent(ILogger logger, Exception? exception, string topic, int partition, long offset, string reason);

    [LoggerMessage(LogLevel.Warning, "Kafka client of the feed, topic {Topic}: {Code} {Reason}")]
    private static partial void ClientError(ILogger logger, string topic, Confluent.Kafka.ErrorCode code, string reason);

    private sealed class Raw : IDeserializer<byte[]?>
    {
        public static readonly Raw Instance = new();

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
    }
}
