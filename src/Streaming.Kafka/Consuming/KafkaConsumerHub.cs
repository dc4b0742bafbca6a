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
    private long _lastRound = Environment.TickCount64;

    public KafkaConsumerHub(string provider, KafkaStreamOptions options, ILogger logger)
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
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka-{provider}" };
        _thread.Start();
        _keeper = new KafkaCommitKeeper(this, options.CommitCheckPeriod, logger, _stopping.Token);
        KafkaTelemetry.Register(this);
    }

    public string Topic { get; }

    public string ConsumerGroup { get; }

    public bool IsAlive => Environment.TickCount64 - Volatile.Read(ref _lastRound) < AliveWithin.TotalMilliseconds;

    internal IEnumerable<KafkaPartition> Partitions => _partitions.Values;

    /// <summary>Takes a partition over: reads on from its committed offset, or from its beginning. Retries until it succeeds or the partition is closed.</summary>
    public async Task OpenAsync(KafkaPartition partition)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var committed = await QueryAsync(() => Committed([partition.Index])[partition.Index], partition.Closing);
                await InvokeAsync(() => Assign(partition, committed));
                LogTaken(_provider, Topic, partition.Index, committed);
                return;
            }
            catch (KafkaException exception)
            {
                LogOpenFailed(exception, _provider, Topic, partition.Index);
                await Task.Delay(Backoff.Next(attempt), partition.Closing);
            }
        }
    }

    /// <summary>Gives a partition up, and commits what is finished of it.</summary>
    public async Task CloseAsync(KafkaPartition partition, TimeSpan timeout)
    {
        partition.Close();
        await InvokeAsync(() => Unassign(partition)).WaitAsync(timeout);
        if (partition.Tracker.Watermark is not { } watermark) return;
        try
        {
            await QueryAsync(() => Commit(new Dictionary<int, long> { [partition.Index] = watermark }), CancellationToken.None).WaitAsync(timeout);
        }
        catch (Exception exception) when (exception is KafkaException or TimeoutException)
        {
            LogFinalCommitFailed(exception, _provider, Topic, partition.Index, watermark);
        }
    }

    public IReadOnlyList<KafkaPartitionStatus> GetPartitions() =>
    [
        .. _partitions.Values.OrderBy(partition => partition.Index).Select(partition => new KafkaPartitionStatus(
            partition.Index,
            partition.Tracker.Watermark,
            HighWatermark(partition.Index),
            partition.Tracker.OldestReceivedAt is { } receivedAt ? TimeSpan.FromMilliseconds(Environment.TickCount64 - receivedAt) : null,
            partition.CachedRecords,
            partition.CachedBytes,
            partition.ParkingRecords)),
    ];

    /// <summary>The committed offsets, null where there is none. Blocks.</summary>
    internal Dictionary<int, long?> Committed(IEnumerable<int> partitions) => _consumer
        .Committed(partitions.Select(partition => new TopicPartition(Topic, partition)), QueryTimeout)
        .ToDictionary(found => found.Partition.Value, found => found.Offset == Offset.Unset ? (long?)null : found.Offset.Value);

    /// <summary>Commits at once. Blocks.</summary>
    internal bool Commit(IReadOnlyDictionary<int, long> watermarks)
    {
        _consumer.Commit(watermarks.Select(watermark => new TopicPartitionOffset(Topic, watermark.Key, watermark.Value)));
        return true;
    }

    /// <summary>Asks the broker, one question at a time: while it does not answer, one thread waits and not one for each partition.</summary>
    internal async Task<T> QueryAsync<T>(Func<T> query, CancellationToken cancellationToken)
    {
        await _queries.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(query, CancellationToken.None);
        }
        finally
        {
            _queries.Release();
        }
    }

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested) return;
        _stopping.Cancel();
        KafkaTelemetry.Unregister(this);
        if (!_thread.Join(TimeSpan.FromSeconds(15))) LogThreadStuck(_provider);
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
                // The thread is all that reads: it goes on.
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
        partition.Buffer.Add(new TrackedRecord(ToRecord(result), partition.Tracker));
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
            _consumer.StoreOffset(new TopicPartitionOffset(Topic, partition.Index, watermark));
            partition.StoredWatermark = watermark;
        }
    }

    private void Assign(KafkaPartition partition, long? start)
    {
        if (partition.Closing.IsCancellationRequested) return;
        partition.Tracker = new OffsetTracker(start);
        partition.StoredWatermark = start;
        _partitions[partition.Index] = partition;
        _consumer.IncrementalAssign([new TopicPartitionOffset(Topic, partition.Index, start is { } offset ? new Offset(offset) : Offset.Beginning)]);
    }

    private void Unassign(KafkaPartition partition)
    {
        // Somebody else may have taken the partition over in this process meanwhile.
        if (_partitions.TryRemove(KeyValuePair.Create(partition.Index, partition)))
            _consumer.IncrementalUnassign([new TopicPartition(Topic, partition.Index)]);
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

    /// <summary>What was to be read next is not in the log: retention has overtaken us, or the topic was made anew. Starts at what there is.</summary>
    private async Task RestartAsync(KafkaPartition partition)
    {
        var position = partition.Tracker.Position;
        KafkaTelemetry.DataLoss.Add(1, KafkaTelemetry.Tags(Topic, partition.Index));
        for (var attempt = 0; !partition.Closing.IsCancellationRequested; attempt++)
        {
            try
            {
                var range = await QueryAsync(() => _consumer.QueryWatermarkOffsets(new TopicPartition(Topic, partition.Index), QueryTimeout), partition.Closing);
                if (position < range.Low.Value) LogRecordsLost(_provider, Topic, partition.Index, position, range.Low.Value, range.Low.Value - position.Value);
                else LogLogRestarted(_provider, Topic, partition.Index, position, range.Low.Value, range.High.Value);
                await InvokeAsync(() =>
                {
                    if (!_partitions.TryGetValue(partition.Index, out var current) || current != partition) return;
                    _consumer.IncrementalUnassign([new TopicPartition(Topic, partition.Index)]);
                    partition.IsPaused = partition.IsSeeking = false;
                    partition.HasRestarted = true;
                    Assign(partition, range.Low.Value);
                });
                // By itself librdkafka commits nothing below what it has committed; if this fails, the keeper does it.
                await QueryAsync(() => Commit(new Dictionary<int, long> { [partition.Index] = range.Low.Value }), partition.Closing);
                return;
            }
            catch (KafkaException exception)
            {
                LogOpenFailed(exception, _provider, Topic, partition.Index);
                if (!partition.IsSeeking) return;
                await Task.Delay(Backoff.Next(attempt)).ConfigureAwait(ConfigureAwaitOptions.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
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

    private KafkaRecord ToRecord(ConsumeResult<byte[]?, byte[]?> result)
    {
        var message = result.Message;
        KafkaHeader[] headers = message.Headers is { Count: > 0 } raw ? new KafkaHeader[raw.Count] : [];
        for (var i = 0; i < headers.Length; i++) headers[i] = new KafkaHeader(message.Headers![i].Key, message.Headers[i].GetValueBytes() ?? []);
        return new KafkaRecord(
            Topic,
            result.Partition.Value,
            result.Offset.Value,
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, message.Timestamp.UnixTimestampMs)),
            Memory(message.Key),
            Memory(message.Value),
            headers);
    }

    // Left to itself, null becomes an empty memory.
    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? (ReadOnlyMemory<byte>?)null : new ReadOnlyMemory<byte>(bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Provider}: reads partition {Partition} of {Topic} from committed offset {Offset}.")]
    private partial void LogTaken(string provider, string topic, int partition, long? offset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: partition {Partition} of {Topic} could not be taken over yet; it is tried again.")]
    private partial void LogOpenFailed(Exception exception, string provider, string topic, int partition);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: offset {Offset} of partition {Partition} of {Topic} was not committed at the end; its records are delivered again.")]
    private partial void LogFinalCommitFailed(Exception exception, string provider, string topic, int partition, long offset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: offset {Offset} of partition {Partition} of {Topic} was not committed ({Code}: {Reason}); it is tried again.")]
    private partial void LogCommitFailed(string provider, string topic, int partition, long offset, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: partition {Partition} of {Topic} could not be read; it is tried again.")]
    private partial void LogConsumeFailed(Exception exception, string provider, string topic, int partition);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Provider}: {Count} records of partition {Partition} of {Topic} are lost: the next to read was {Position}, the log begins at {Low}. Retention must be longer than the longest outage.")]
    private partial void LogRecordsLost(string provider, string topic, int partition, long? position, long low, long count);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Provider}: partition {Partition} of {Topic} has restarted: the next to read was {Position}, the log holds {Low} to {High}. Records may be lost; reading starts at {Low}.")]
    private partial void LogLogRestarted(string provider, string topic, int partition, long? position, long low, long high);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Provider}: reading {Topic} failed unexpectedly; it goes on.")]
    private partial void LogRoundFailed(Exception exception, string provider, string topic);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Provider}: the consumer's thread does not end.")]
    private partial void LogThreadStuck(string provider);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: Kafka client: {Code}: {Reason}")]
    private partial void LogClientError(string provider, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Provider}: Kafka client: {Facility}: {Text}")]
    private partial void LogClient(string provider, string facility, string text);
}
