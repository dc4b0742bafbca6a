using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace JobRequests.Streaming.Kafka;

/// <summary>How far the group that reads a topic has come in one partition.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="End">The offset that the next record written will get.</param>
/// <param name="Finished">The lowest offset that the group has not committed.</param>
public readonly record struct KafkaPartitionProgress(int Partition, long End, long Finished);

/// <summary>
/// Asks the brokers how far the silos have come, over connections of its own: two questions a time, whatever the number of partitions.
/// Not thread-safe.
/// </summary>
/// <param name="options">The provider's settings; topic and consumer group are needed.</param>
/// <param name="patience">How long one question may take.</param>
public sealed class KafkaProgressReader(KafkaStreamOptions options, TimeSpan patience) : IDisposable
{
    private readonly Lazy<IAdminClient> _admin = new(() => new AdminClientBuilder(KafkaClientSettings.ForAdmin(options))
        .SetLogHandler(static (_, _) => { })
        .SetErrorHandler(static (_, _) => { })
        .Build());

    private readonly Dictionary<TopicPartition, long> _beginnings = [];
    private IReadOnlyList<TopicPartition> _partitions = [];

    /// <summary>How many partitions the topic has; 0 until it was read for the first time.</summary>
    public int PartitionCount => _partitions.Count;

    /// <summary>The partition of a key, as the producers choose it; -1 until the topic was read for the first time.</summary>
    public int PartitionOf(string key) => PartitionCount is > 0 and var count ? Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), count) : -1;

    /// <summary>Each partition of the topic, in their order.</summary>
    /// <exception cref="KafkaException">No broker answers in time, or the answer is no.</exception>
    public async Task<IReadOnlyList<KafkaPartitionProgress>> ReadAsync(CancellationToken cancellationToken)
    {
        var admin = _admin.Value;
        if (_partitions.Count == 0) _partitions = await FindPartitionsAsync(admin).WaitAsync(cancellationToken);
        // Committed first: what is finished in between must not look as if it had been finished before it was written.
        var committed = await ReadCommittedAsync(admin).WaitAsync(cancellationToken);
        var ends = await ReadOffsetsAsync(admin, _partitions, OffsetSpec.Latest()).WaitAsync(cancellationToken);
        var unread = _partitions.Where(partition => !committed.ContainsKey(partition) && !_beginnings.ContainsKey(partition)).ToList();
        if (unread.Count > 0)
            foreach (var (partition, beginning) in await ReadOffsetsAsync(admin, unread, OffsetSpec.Earliest()).WaitAsync(cancellationToken)) _beginnings[partition] = beginning;

        return [.. _partitions.Select(partition => new KafkaPartitionProgress(
            partition.Partition.Value, ends[partition], committed.TryGetValue(partition, out var offset) ? offset : _beginnings[partition]))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_admin.IsValueCreated) _admin.Value.Dispose();
    }

    private async Task<IReadOnlyList<TopicPartition>> FindPartitionsAsync(IAdminClient admin)
    {
        var found = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([options.Topic]), new DescribeTopicsOptions { RequestTimeout = patience });
        return [.. found.TopicDescriptions.Single().Partitions.Select(partition => new TopicPartition(options.Topic, partition.Partition)).OrderBy(partition => partition.Partition.Value)];
    }

    private async Task<Dictionary<TopicPartition, long>> ReadCommittedAsync(IAdminClient admin)
    {
        var results = await admin.ListConsumerGroupOffsetsAsync(
            [new ConsumerGroupTopicPartitions(options.ConsumerGroup, [.. _partitions])], new ListConsumerGroupOffsetsOptions { RequestTimeout = patience });
        return results.SelectMany(static result => result.Partitions).Where(static partition => !partition.Offset.IsSpecial)
            .ToDictionary(static partition => partition.TopicPartition, static partition => partition.Offset.Value);
    }

    private async Task<Dictionary<TopicPartition, long>> ReadOffsetsAsync(IAdminClient admin, IEnumerable<TopicPartition> partitions, OffsetSpec which)
    {
        var result = await admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = which }),
            new ListOffsetsOptions { RequestTimeout = patience, IsolationLevel = IsolationLevel.ReadUncommitted });
        return result.ResultInfos.ToDictionary(static info => info.TopicPartitionOffsetError.TopicPartition, static info => info.TopicPartitionOffsetError.Offset.Value);
    }
}
