using System.Diagnostics;
using Confluent.Kafka;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka;

/// <summary>The dead-letter topic of a stream provider, for who looks after it: a tool, or a page for operators. It reads and never writes.</summary>
public sealed class KafkaDeadLetterTopic : IDisposable
{
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly SemaphoreSlim _turn = new(1);

    /// <param name="client">librdkafka settings that lead to the brokers.</param>
    /// <param name="topic">The provider's topic.</param>
    /// <param name="deadLetterTopic">Where it dead-letters.</param>
    /// <param name="consumerGroup">The provider's.</param>
    /// <param name="onError">Told what the client complains about.</param>
    public KafkaDeadLetterTopic(
        IEnumerable<KeyValuePair<string, string>> client, string topic, string deadLetterTopic, string consumerGroup, Action<Error>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        Topic = topic;
        DeadLetterTopic = deadLetterTopic;
        ConsumerGroup = consumerGroup;
        Client = new Dictionary<string, string>(client, StringComparer.Ordinal);
        OnError = onError;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(new Dictionary<string, string>(Client, StringComparer.Ordinal)
        {
            ["group.id"] = ReplayGroup(consumerGroup),
            ["enable.auto.commit"] = "false",
            ["enable.auto.offset.store"] = "false",
            ["auto.offset.reset"] = "error",
            ["enable.partition.eof"] = "true",
            ["allow.auto.create.topics"] = "false",
            ["fetch.wait.max.ms"] = "100",
            ["fetch.message.max.bytes"] = "8388608",
        }).SetErrorHandler((_, error) => onError?.Invoke(error)).SetLogHandler(static (_, _) => { }).Build();
    }

    /// <summary>The provider's topic.</summary>
    public string Topic { get; }

    /// <summary>Where it dead-letters.</summary>
    public string DeadLetterTopic { get; }

    /// <summary>Topics of other providers that dead-letter in the same topic. A replay puts their records back too; none of them is blocked here.</summary>
    public IReadOnlyCollection<string> OtherTopics { get; init; } = [];

    /// <summary>Signs the marks of replays and tells what silos have written from what others have; null where the silos sign nothing.</summary>
    public IKafkaMarkSigner? Signer { get; init; }

    internal string ConsumerGroup { get; }

    internal IReadOnlyDictionary<string, string> Client { get; }

    internal Action<Error>? OnError { get; }

    /// <summary>For questions to the brokers over the same connections.</summary>
    internal Handle Handle => _consumer.Handle;

    /// <summary>The group under which replays commit below which offset of the dead-letter topic everything is settled.</summary>
    public static string ReplayGroup(string consumerGroup) => $"{consumerGroup}.replay";

    /// <summary>What is there by the time of the call.</summary>
    /// <param name="all">Also what is settled for long.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="KafkaException">There is no such topic, or Kafka does not answer.</exception>
    public async Task<DeadLetterContents> ReadAsync(bool all, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // The client's calls block.
            return await Task.Run(() => Read(all, cancellationToken), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose()
    {
        _consumer.Dispose();
        _turn.Dispose();
    }

    /// <summary>Partition count of a topic.</summary>
    /// <exception cref="KafkaException">There is no such topic, or Kafka does not answer.</exception>
    internal int CountPartitions(string topic)
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        var found = admin.GetMetadata(topic, QueryTimeout).Topics.Single();
        return found.Error.IsError ? throw new KafkaException(found.Error) : found.Partitions.Count;
    }

    /// <summary>Remembers below which offsets all is settled; it never goes back.</summary>
    internal async Task CommitSettledAsync(DeadLetterContents contents, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => CommitSettled(contents), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void CommitSettled(DeadLetterContents contents)
    {
        var settled = contents.Ends.ToDictionary(static end => end.Key, static end => end.Value);
        foreach (var copy in contents.Waiting) settled[copy.Record.Partition] = Math.Min(settled[copy.Record.Partition], copy.Record.Offset);
        var ahead = Committed(settled.Keys)
            .Where(found => found.Offset == Offset.Unset ? settled[found.Partition.Value] > 0 : settled[found.Partition.Value] > found.Offset.Value)
            .Select(found => new TopicPartitionOffset(found.TopicPartition, settled[found.Partition.Value]))
            .ToList();
        if (ahead.Count > 0) _consumer.Commit(ahead);
    }

    private DeadLetterContents Read(bool all, CancellationToken cancellationToken)
    {
        var contents = new DeadLetterContents(Topic, Signer);
        foreach (var settled in Committed(Enumerable.Range(0, CountPartitions(DeadLetterTopic))))
        {
            var range = _consumer.QueryWatermarkOffsets(settled.TopicPartition, QueryTimeout);
            var from = Math.Max(range.Low.Value, all || settled.Offset == Offset.Unset ? 0 : settled.Offset.Value);
            contents.Ends[settled.Partition.Value] = range.High.Value;
            if (from < range.High.Value) Read(contents, new TopicPartitionOffset(settled.TopicPartition, from), range.High.Value, cancellationToken);
        }

        return contents;
    }

    private void Read(DeadLetterContents contents, TopicPartitionOffset from, long end, CancellationToken cancellationToken)
    {
        _consumer.Assign(from);
        try
        {
            var heardAt = Environment.TickCount64;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_consumer.Consume(TimeSpan.FromMilliseconds(200)) is not { } result)
                {
                    if (Environment.TickCount64 - heardAt > Silence.TotalMilliseconds)
                        throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"nothing came from {from.TopicPartition} for {Silence.TotalSeconds} s"));
                    continue;
                }

                heardAt = Environment.TickCount64;
                if (result.IsPartitionEOF || result.Offset.Value >= end) return;
                contents.Add(KafkaRecord.Of(result));
                if (result.Offset.Value + 1 >= end) return;
            }
        }
        finally
        {
            _consumer.Unassign();
        }
    }

    private List<TopicPartitionOffset> Committed(IEnumerable<int> partitions)
    {
        var asked = partitions.Select(partition => new TopicPartition(DeadLetterTopic, partition)).ToList();
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return _consumer.Committed(asked, QueryTimeout);
            }
            catch (KafkaException exception)
                when (CoordinatorErrors.Include(exception.Error) && Stopwatch.GetElapsedTime(startedAt) < CoordinatorErrors.AnswerTimeout)
            {
                Thread.Sleep(CoordinatorErrors.Pause);
            }
        }
    }
}
