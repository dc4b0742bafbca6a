using System.Text;
using Confluent.Kafka;

namespace JobRequests.Cluster.Tests;

/// <summary>A plain Kafka client, as anybody has one: reads topics, asks for offsets, writes records.</summary>
internal static class TopicReader
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Everything that is in the topic now.</summary>
    public static List<ConsumeResult<byte[]?, byte[]?>> ReadAll(string kafka, string topic)
    {
        using var consumer = Consumer(kafka, $"reader-{Guid.NewGuid():N}");
        var ends = Ends(consumer, kafka, topic);
        consumer.Assign(ends.Keys.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        var records = new List<ConsumeResult<byte[]?, byte[]?>>();
        var left = ends.Where(end => end.Value > 0).ToDictionary();
        var waitLimit = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (left.Count > 0)
        {
            Assert.True(Environment.TickCount64 < waitLimit,
                $"{topic} was not read to its end within {Limit}: {string.Join(", ", left)} are open, {records.Count} records were read.");
            if (consumer.Consume(TimeSpan.FromMilliseconds(200)) is not { } record) continue;
            if (!record.IsPartitionEOF) records.Add(record);
            if (left.TryGetValue(record.TopicPartition, out var end) && record.Offset + 1 >= end) left.Remove(record.TopicPartition);
        }

        return records;
    }

    /// <summary>What a consumer group has left to do, by partition; nothing where all is committed.</summary>
    public static IReadOnlyList<string> Uncommitted(string kafka, string topic, string group)
    {
        using var consumer = Consumer(kafka, group);
        var ends = Ends(consumer, kafka, topic);
        return
        [
            .. consumer.Committed(ends.Keys, Limit)
                .Select(committed =>
                    (committed.TopicPartition, Committed: committed.Offset == Offset.Unset ? 0 : committed.Offset.Value, End: ends[committed.TopicPartition]))
                .Where(partition => partition.Committed < partition.End)
                .Select(partition => $"{partition.TopicPartition}: committed {partition.Committed} of {partition.End}"),
        ];
    }

    public static string? Header(this ConsumeResult<byte[]?, byte[]?> record, string name) =>
        record.Message.Headers.TryGetLastBytes(name, out var value) ? Encoding.UTF8.GetString(value) : null;

    private static IConsumer<byte[]?, byte[]?> Consumer(string kafka, string group) => new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
    {
        BootstrapServers = kafka,
        GroupId = group,
        EnableAutoCommit = false,
        EnablePartitionEof = true,
        MaxPartitionFetchBytes = 8 * 1024 * 1024,
    }).SetKeyDeserializer(Raw.Instance).SetValueDeserializer(Raw.Instance).Build();

    private static Dictionary<TopicPartition, long> Ends(IConsumer<byte[]?, byte[]?> consumer, string kafka, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka }).Build();
        var partitions = admin.GetMetadata(topic, Limit).Topics.Single().Partitions;
        return partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))
            .ToDictionary(partition => partition, partition => consumer.QueryWatermarkOffsets(partition, Limit).High.Value);
    }

    private sealed class Raw : IDeserializer<byte[]?>
    {
        public static readonly Raw Instance = new();

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
    }
}
