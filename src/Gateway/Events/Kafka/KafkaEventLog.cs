using Confluent.Kafka;

namespace JobRequests.Gateway.Events.Kafka;

/// <summary>Reads a part of the topic again for a client that was away for long. Few at a time: many such clients must not become a load of their
/// own.</summary>
internal sealed partial class KafkaEventLog(FinalEventsTopic topic, IOptions<FeedOptions> options, TimeProvider time, ILogger<KafkaEventLog> logger)
    : IEventLog, IDisposable
{
    private const int AtOnce = 2;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _free = new(AtOnce);

    public async Task<IReadOnlyList<FeedInput.Record>?> ReadAsync(FeedCursor from, long[] to, CancellationToken cancellationToken)
    {
        if (to.Select((end, partition) => Math.Max(0, end - from[partition])).Sum() > options.Value.MaxCatchUp) return null;
        if (!await _free.WaitAsync(AnswerTimeout, cancellationToken)) return null;
        try
        {
            return await Task.Run(() => Read(from, to, cancellationToken), cancellationToken);
        }
        catch (KafkaException exception)
        {
            NotRead(logger, exception, topic.Name);
            return null;
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();

    private List<FeedInput.Record>? Read(FeedCursor from, long[] to, CancellationToken cancellationToken)
    {
        using var consumer = topic.NewConsumer();
        var left = new Dictionary<int, long>();
        for (var partition = 0; partition < to.Length; partition++)
        {
            if (from[partition] >= to[partition]) continue;
            if (topic.Watermarks(consumer, partition).Low.Value > from[partition]) return null;
            left.Add(partition, to[partition]);
        }

        consumer.Assign(left.Keys.Select(partition => new TopicPartitionOffset(topic.Name, partition, from[partition])));
        var records = new List<FeedInput.Record>();
        var started = time.GetTimestamp();
        while (left.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(started) > AnswerTimeout) return null;
            if (consumer.Consume(PollTime) is not { } consumed || !left.TryGetValue(consumed.Partition.Value, out var end)) continue;
            if (!consumed.IsPartitionEOF && consumed.Offset.Value < end) records.Add(topic.Decode(consumed));
            // The last offsets may hold no record.
            if (consumed.IsPartitionEOF || consumed.Offset.Value >= end - 1) left.Remove(consumed.Partition.Value);
        }

        consumer.Unassign();
        return records;
    }

    [LoggerMessage(LogLevel.Warning, "Topic {Topic} could not be read again for a client that was away; it is told to reload.")]
    private static partial void NotRead(ILogger logger, Exception exception, string topic);
}
