using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>
/// Reads the dead-letter topic as it grows and keeps a silo's <see cref="BlockedStreams"/> as it says: the copies that were dead-lettered, by whatever
/// silo, begin blocks; the marks that replays leave end them. A partition is read only when this has caught up.
/// </summary>
internal sealed partial class BlockReader : IDisposable
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);

    private readonly string _provider;
    private readonly string _topic;
    private readonly string _deadLetterTopic;
    private readonly BlockedStreams _blocks;
    private readonly IKafkaMarkSigner? _signer;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IConsumer<Ignore, Ignore> _questions;
    private readonly long[] _positions;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;

    public BlockReader(string provider, KafkaStreamOptions options, int deadLetterPartitions, BlockedStreams blocks, IKafkaMarkSigner? signer, ILogger logger)
    {
        (_provider, _topic, _deadLetterTopic, _blocks, _signer, _logger) = (provider, options.Topic, options.EffectiveDeadLetterTopic, blocks, signer, logger);
        _positions = new long[deadLetterPartitions];
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(KafkaClientSettings.ForDeadLetterReader(options))
            .SetKeyDeserializer(Deserializers.ByteArray)
            .SetValueDeserializer(Deserializers.ByteArray)
            .SetErrorHandler((_, error) => LogClientError(_provider, error.Code, error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();
        // Over a connection of its own: behind a fetch that waits for records, each question would wait as long.
        _questions = OffsetQueries.CreateConsumer(options);
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka-{provider}-dead-letter" };
        _thread.Start();
    }

    /// <summary>Where each partition of the dead-letter topic ends now. Blocks until the brokers have answered.</summary>
    public IReadOnlyDictionary<TopicPartition, Offset> ReadEnds() =>
        OffsetQueries.Read(_questions, Enumerable.Range(0, _positions.Length)
            .Select(partition => new TopicPartition(_deadLetterTopic, partition)), OffsetQueries.End, QueryTimeout);

    /// <summary>Completes when everything was seen that lies before these <see cref="ReadEnds">ends</see>.</summary>
    public async Task CatchUpAsync(IReadOnlyDictionary<TopicPartition, Offset> ends, CancellationToken cancellationToken)
    {
        while (ends.Any(end => Volatile.Read(ref _positions[end.Key.Partition.Value]) < end.Value.Value)) await Task.Delay(20, cancellationToken);
    }

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested) return;
        _stopping.Cancel();
        // Whoever asks meanwhile gives up with its partition.
        if (_thread.Join(TimeSpan.FromSeconds(10))) _consumer.Dispose();
        _questions.Dispose();
    }

    private void Run()
    {
        for (var attempt = 0; !_stopping.IsCancellationRequested && !TryAssign(); attempt++) _stopping.Token.WaitHandle.WaitOne(Backoff.Next(attempt));
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (_consumer.Consume(PollTime) is not { } result) continue;
                if (!result.IsPartitionEOF) Observe(result);
                Volatile.Write(ref _positions[result.Partition.Value], result.IsPartitionEOF ? result.Offset.Value : result.Offset.Value + 1);
            }
            catch (KafkaException exception)
            {
                LogReadFailed(exception, _provider, _deadLetterTopic);
                _stopping.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
            }
        }
    }

    // What lies before the offset that replays commit is settled: replayed, and its blocks ended.
    private bool TryAssign()
    {
        try
        {
            var settled = _consumer.Committed(Enumerable.Range(0, _positions.Length)
                .Select(partition => new TopicPartition(_deadLetterTopic, partition)), QueryTimeout);
            _consumer.Assign(
                settled.Select(found => new TopicPartitionOffset(found.TopicPartition, found.Offset == Offset.Unset ? Offset.Beginning : found.Offset)));
            return true;
        }
        catch (KafkaException exception)
        {
            LogReadFailed(exception, _provider, _deadLetterTopic);
            return false;
        }
    }

    private void Observe(ConsumeResult<byte[]?, byte[]?> result)
    {
        var record = KafkaRecord.Of(result);
        if (!MarkSignature.IsGenuine(_signer, record))
        {
            LogForged(_provider, _deadLetterTopic, record.Partition, record.Offset);
            return;
        }

        var headers = record.Headers;
        if (BlockEnd.Read(headers) is { } end)
        {
            if (end.Topic == _topic && _blocks.TryEnd(end.Stream, end.Through)) LogEnded(_provider, end.Stream, end.Through);
            return;
        }

        if (DeadLetterRecord.Read(headers) is not { Block: { } block } origin || origin.Topic != _topic) return;
        if (block.IsBeginning) _blocks.Begin(block.Stream, origin.Partition, block.Order, block.Run);
        else _blocks.Hold(block.Stream, origin.Partition, block.Order);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Provider}: the block of stream {StreamId} has ended: everything up to {Through} was replayed.")]
    private partial void LogEnded(string provider, KafkaStreamName streamId, long through);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Provider}: record {Offset} of partition {Partition} of {DeadLetterTopic} is ignored: no silo or operator of this cluster has signed it.")]
    private partial void LogForged(string provider, string deadLetterTopic, int partition, long offset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: {DeadLetterTopic} could not be read; partitions that are taken over wait for it.")]
    private partial void LogReadFailed(Exception exception, string provider, string deadLetterTopic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: Kafka client, reading dead letters: {Code}: {Reason}")]
    private partial void LogClientError(string provider, Confluent.Kafka.ErrorCode code, string reason);
}
