using System.Text;
using Confluent.Kafka;

namespace JobRequests.Streaming.Kafka;

/// <summary>How far the group that reads a topic has come in one partition.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="End">The offset that the next record written will get.</param>
/// <param name="Finished">The lowest offset that the group has not committed.</param>
public readonly record struct KafkaPartitionProgress(int Partition, long End, long Finished);

/// <summary>
/// Asks the brokers how far the silos have come, over connections of its own: two questions a time, whatever the number of partitions.
/// It is a consumer that consumes nothing and joins no group. Not thread-safe, but for <see cref="PartitionOf"/>.
/// </summary>
/// <param name="options">The provider's settings; topic and consumer group are needed.</param>
/// <param name="timeout">How long one question may take.</param>
public sealed class KafkaProgressReader(KafkaStreamOptions options, TimeSpan timeout) : IDisposable
{
    // A client can lose the group's coordinator for good while its broker is away: it then waits for that until its own end (seen with librdkafka 2.16).
    private static readonly TimeSpan ReplaceAfter = TimeSpan.FromSeconds(5);

    private IConsumer<Ignore, Ignore>? _consumer;
    private long? _failingSince;

    private volatile IReadOnlyList<TopicPartition> _partitions = [];

    /// <summary>The partition of a key, as the producers choose it; -1 until the topic was read for the first time.</summary>
    public int PartitionOf(string key) => _partitions.Count is > 0 and var count ? Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), count) : -1;

    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal Func<IConsumer<Ignore, Ignore>> CreateConsumer { get; init; } = () => OffsetQueries.CreateConsumer(options);

    /// <summary>Each partition of the topic, in their order. Blocks until the brokers have answered.</summary>
    /// <exception cref="KafkaException">
    /// No broker answers in time, or the answer is no. After some seconds of that the next question has a new client.
    /// </exception>
    public IReadOnlyList<KafkaPartitionProgress> Read()
    {
        try
        {
            var progress = Ask(_consumer ??= CreateConsumer());
            _failingSince = null;
            return progress;
        }
        catch (KafkaException)
        {
            _failingSince ??= Clock.GetTimestamp();
            if (Clock.GetElapsedTime(_failingSince.Value) >= ReplaceAfter) Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _consumer?.Dispose();
        (_consumer, _failingSince) = (null, null);
    }

    private List<KafkaPartitionProgress> Ask(IConsumer<Ignore, Ignore> consumer)
    {
        if (_partitions.Count == 0) _partitions = FindPartitions(consumer);

        // Committed first: what is finished in between must not look as if it had been finished before it was written.
        var committed = consumer.Committed(_partitions, timeout)
            .ToDictionary(static partition => partition.TopicPartition, static partition => partition.Offset);
        var unread = _partitions.Where(partition => committed[partition].IsSpecial).ToList();
        if (unread.Count > 0)
            foreach (var (partition, beginning) in OffsetQueries.Read(consumer, unread, OffsetQueries.Beginning, timeout)) committed[partition] = beginning;
        var ends = OffsetQueries.Read(consumer, _partitions, OffsetQueries.End, timeout);
        return [.. _partitions.Select(partition => new KafkaPartitionProgress(partition.Partition.Value, ends[partition].Value, committed[partition].Value))];
    }

    private List<TopicPartition> FindPartitions(IConsumer<Ignore, Ignore> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var topic = admin.GetMetadata(options.Topic, timeout).Topics.Single();
        if (topic.Error.IsError) throw new KafkaException(topic.Error);
        return [.. topic.Partitions.Select(partition => new TopicPartition(options.Topic, partition.PartitionId))
            .OrderBy(static partition => partition.Partition.Value)];
    }
}
