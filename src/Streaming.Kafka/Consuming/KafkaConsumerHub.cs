using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>
/// The one consumer of a silo and provider, on a thread of its own. Partitions are assigned by hand, each added and removed by itself, so
/// there is no group rebalance; the group only holds the committed offsets. All that touches the assignment runs on the thread, between
/// two polls: a record belongs to the assignment it was fetched for.
/// </summary>
internal sealed partial class KafkaConsumerHub : IDisposable
{
    // Also bounds how long a command waits while nothing comes in.
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StoreInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AliveWithin = TimeSpan.FromSeconds(10);

    private readonly string _provider;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly ConcurrentDictionary<int, KafkaPartition> _partitions = new();
    private readonly SemaphoreSlim _queries = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;
    private readonly KafkaCommitKeeper _keeper;
    private readonly BlockReader? _blockReader;
    private long _lastRound = Environment.TickCount64;

    public KafkaConsumerHub(string provider, KafkaStreamOptions options, int deadLetterPartitions, IKafkaMarkSigner? signer, ILogger logger)
    {
        _provider = provider;
        _logger = logger;
        Topic = options.Topic;
        ConsumerGroup = options.ConsumerGroup;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(KafkaClientSettings.ForConsumer(options))
            .SetKeyDeserializer(Deserializers.ByteArray)
            .SetValueDeserializer(Deserializers.ByteArray)
            .SetErrorHandler((_, error) => LogClientError(_provider, error.Code, error.Reason))
            .SetLogHandler((_, message) => LogClient(_provider, message.Facility, message.Message))
            .SetOffsetsCommittedHandler((_, committed) => OnCommitted(committed))
            .Build();
        if (options.BlockStreams) _blockReader = new BlockReader(provider, options, deadLetterPartitions, Blocks, signer, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka-{provider}" };
        _thread.Start();
        _keeper = new KafkaCommitKeeper(this, options.CommitCheckPeriod, logger, _stopping.Token);
        KafkaTelemetry.Register(this);
    }

    public string Topic { get; }

    public string ConsumerGroup { get; }

    /// <summary>None are ever blocked where the options do not ask for it.</summary>
    public BlockedStreams Blocks { get; } = new();

    public bool IsAlive => Environment.TickCount64 - Volatile.Read(ref _lastRound) < AliveWithin.TotalMilliseconds;

    internal IEnumerable<KafkaPartition> Partitions => _partitions.Values;

    public IReadOnlyList<KafkaPartitionStatus> GetPartitions() =>
    [
        .. _partitions.Values.OrderBy(partition => partition.Index).Select(partition => new KafkaPartitionStatus(
            partition.Index,
            partition.Tracker.Watermark,
            HighWatermark(partition.Index),
            partition.Tracker.OldestReceivedAt is { } receivedAt ? TimeSpan.FromMilliseconds(Environment.TickCount64 - receivedAt) : null,
            partition.CachedRecords,
            partition.CachedBytes,
            partition.DeadLetterRecords,
            Blocks.CountOf(partition.Index))),
    ];

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested) return;
        _stopping.Cancel();
        KafkaTelemetry.Unregister(this);
        if (!_thread.Join(TimeSpan.FromSeconds(15))) LogThreadStuck(_provider);
        _blockReader?.Dispose();
    }

    private Task InvokeAsync(Action command)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue(() =>
        {
            try
            {
                command();
                done.TrySetResult();
            }
            catch (Exception exception)
            {
                done.TrySetException(exception);
            }
        });
        return done.Task;
    }

    private void Run()
    {
        var nextStore = 0L;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Volatile.Write(ref _lastRound, Environment.TickCount64);
                while (_commands.TryDequeue(out var command)) command();
                if (Environment.TickCount64 >= nextStore)
                {
                    nextStore = Environment.TickCount64 + (long)StoreInterval.TotalMilliseconds;
                    Resume();
                    StoreWatermarks();
                }

                if (_consumer.Consume(PollTime) is { } result) Dispatch(result);
            }
            catch (ConsumeException exception)
            {
                OnConsumeError(exception);
            }
            catch (Exception exception)
            {
                // The thread is all that reads: it continues.
                LogRoundFailed(exception, _provider, Topic);
                Thread.Sleep(1000);
            }
        }

        Close();
    }

    private void Close()
    {
        try
        {
            StoreWatermarks();
            while (_commands.TryDequeue(out var command)) command();
            _consumer.Close();
        }
        catch (KafkaException exception)
        {
            LogRoundFailed(exception, _provider, Topic);
        }
        finally
        {
            _consumer.Dispose();
        }
    }

    private void Dispatch(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (!_partitions.TryGetValue(result.Partition.Value, out var partition)) return;
        if (result.IsPartitionEOF)
        {
            partition.Tracker.Advance(result.Offset.Value);
            return;
        }

        if (!partition.Tracker.Receive(result.Offset.Value)) return;
        partition.Buffer.Add(new TrackedRecord(KafkaRecord.Of(result, DateTimeOffset.UtcNow), partition.Tracker));
        if (partition.IsPaused || !partition.Buffer.IsFull) return;
        _consumer.Pause([result.TopicPartition]);
        partition.IsPaused = true;
    }

    private void Resume()
    {
        foreach (var partition in _partitions.Values)
        {
            if (!partition.IsPaused || !partition.Buffer.MayBeRefilled) continue;
            partition.IsPaused = false;
            _consumer.Resume([new TopicPartition(Topic, partition.Index)]);
        }
    }

    private void StoreWatermarks()
    {
        foreach (var partition in _partitions.Values)
        {
            if (partition.IsSeeking || partition.Tracker.Watermark is not { } watermark || partition.StoredWatermark == watermark) continue;
            try
            {
                _consumer.StoreOffset(new TopicPartitionOffset(Topic, partition.Index, watermark));
                partition.StoredWatermark = watermark;
            }
            catch (KafkaException exception)
            {
                LogCommitFailed(_provider, Topic, partition.Index, watermark, exception.Error.Code, exception.Error.Reason);
            }
        }
    }

    private void OnConsumeError(ConsumeException exception)
    {
        var partition = exception.ConsumerRecord?.Partition.Value ?? -1;
        if (exception.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange && _partitions.TryGetValue(partition, out var lost))
        {
            if (lost.IsSeeking) return;
            lost.IsSeeking = true;
            _ = RestartAsync(lost);
            return;
        }

        LogConsumeFailed(exception, _provider, Topic, partition);
    }

    private long? HighWatermark(int partition)
    {
        try
        {
            var high = _consumer.GetWatermarkOffsets(new TopicPartition(Topic, partition)).High;
            return high == Offset.Unset ? null : high.Value;
        }
        catch (Exception exception) when (exception is KafkaException or ObjectDisposedException)
        {
            return null;
        }
    }

    private void OnCommitted(CommittedOffsets committed)
    {
        foreach (var failed in committed.Offsets.Where(offset => offset.Error.IsError))
            LogCommitFailed(_provider, Topic, failed.Partition.Value, failed.Offset.Value, failed.Error.Code, failed.Error.Reason);
    }
}
