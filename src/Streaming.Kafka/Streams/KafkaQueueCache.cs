using System.Diagnostics.CodeAnalysis;
using JobRequests.Streaming.Kafka.Consuming;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>
/// The records of a partition that were read and are not yet delivered, a list for each stream. A cursor takes what has gathered for its
/// stream as one batch; a record is finished when every cursor of its stream has moved past it.
/// </summary>
/// <remarks>Called by one agent on its own scheduler: no locks.</remarks>
internal sealed partial class KafkaQueueCache(KafkaPartition partition, IKafkaParkingLot parkingLot, KafkaStreamOptions options, ILogger logger) : IQueueCache
{
    private readonly Dictionary<StreamId, CachedStream> _streams = [];
    private readonly HashSet<CachedStream> _unattended = [];
    private List<StreamId> _reminders = [];
    private DeliveryDrain? _drain;

    public bool HasSpace => partition.CachedRecords < options.MaxCachedRecords && partition.CachedBytes < options.MaxCachedBytes;

    // The agent must never be told to take nothing: it would return before it purges.
    public int GetMaxAddCount() => options.MaxBatchRecords;

    // The receiver waits for space; it is not the agent's business.
    public bool IsUnderPressure() => false;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (ReceivedRecords received in messages)
        {
            if (received.Records.Count == 0) continue;
            if (!_streams.TryGetValue(received.StreamId, out var stream)) _streams[received.StreamId] = stream = new CachedStream(received.StreamId);
            stream.Records.AddRange(received.Records);
            if (stream.Cursors.Count == 0) _unattended.Add(stream);
        }
    }

    /// <summary>
    /// The agent purges only while it registers no stream: a stream without a cursor is then one that no grain subscribes to. Unless its
    /// delivery was broken off: the agent is then reminded of it.
    /// </summary>
    public bool TryPurgeFromCache([MaybeNullWhen(false)] out IList<IBatchContainer> purgedItems)
    {
        purgedItems = null;
        if (_unattended.Count == 0) return false;
        foreach (var stream in _unattended.Where(stream => !stream.IsInterrupted).ToArray())
        {
            _unattended.Remove(stream);
            _streams.Remove(stream.Id);
            KafkaTelemetry.Unconsumed.Add(stream.Records.Count, KafkaTelemetry.Tags(options.Topic, partition.Index));
            LogUnconsumed(stream.Id, stream.Records.Count, options.Topic, partition.Index);
            foreach (var record in stream.Records) partition.Leave(record.Tracked);
        }

        return false;
    }

    // Whatever the token says: not rewindable, and what has not been delivered must be.
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        if (!_streams.TryGetValue(streamId, out var stream)) _streams[streamId] = stream = new CachedStream(streamId);
        stream.IsInterrupted = false;
        _unattended.Remove(stream);
        return new Cursor(this, stream);
    }

    /// <summary>Streams that the agent has forgotten although they have undelivered records.</summary>
    public List<StreamId> TakeReminders()
    {
        if (_reminders.Count == 0) return _reminders;
        var taken = _reminders;
        _reminders = [];
        return taken;
    }

    /// <summary>The agent stops: from now on the drain learns how deliveries end.</summary>
    public DeliveryDrain Drain() =>
        _drain ??= new DeliveryDrain(_streams.Values.SelectMany(stream => stream.Cursors).Select(cursor => cursor.UnderWay).OfType<KafkaBatchContainer>());

    /// <summary>Finishes what was handled while the agent was stopping.</summary>
    public void FinishDrained()
    {
        foreach (var cursor in _streams.Values.SelectMany(stream => stream.Cursors).Where(cursor => cursor.UnderWay is { IsDelivered: true }).ToArray())
            cursor.Finish();
    }

    private void Detach(CachedStream stream, Cursor cursor, bool isInterrupted)
    {
        stream.Cursors.Remove(cursor);
        if (stream.Cursors.Count > 0)
        {
            Release(stream);
            return;
        }

        if (stream.Records.Count == 0)
        {
            _streams.Remove(stream.Id);
            return;
        }

        _unattended.Add(stream);
        stream.IsInterrupted |= isInterrupted;
        if (!stream.IsInterrupted || partition.IsStopping) return;
        _reminders.Add(stream.Id);
        partition.Buffer.Wake();
    }

    /// <summary>Lets go of what all cursors have passed.</summary>
    private void Release(CachedStream stream)
    {
        var passed = stream.Cursors.Min(cursor => cursor.Next) - stream.Base;
        if (passed <= 0) return;
        var delivered = 0;
        for (var i = 0; i < passed; i++)
        {
            if (stream.Records[i].IsParked) continue;
            delivered++;
            partition.Leave(stream.Records[i].Tracked);
        }

        stream.Records.RemoveRange(0, (int)passed);
        stream.Base += passed;
        if (delivered > 0) KafkaTelemetry.Delivered.Add(delivered, KafkaTelemetry.Tags(options.Topic, partition.Index));
    }

    private sealed class CachedStream(StreamId id)
    {
        public StreamId Id => id;

        public List<CachedRecord> Records { get; } = [];

        /// <summary>The number, since the stream came, of the first record of the list.</summary>
        public long Base { get; set; }

        public List<Cursor> Cursors { get; } = [];

        public bool IsInterrupted { get; set; }
    }

    private sealed class Cursor : IQueueCacheCursor
    {
        private readonly KafkaQueueCache _cache;
        private readonly CachedStream _stream;
        private KafkaBatchContainer? _batch;
        private bool _isFailed;
        private bool _isDisposed;
        private int _limit;

        public Cursor(KafkaQueueCache cache, CachedStream stream)
        {
            _cache = cache;
            _stream = stream;
            _limit = cache.MaxBatch;
            Next = stream.Base;
            stream.Cursors.Add(this);
        }

        /// <summary>The number of the first record that this cursor's consumer has not handled.</summary>
        public long Next { get; private set; }

        /// <summary>What is being delivered.</summary>
        public KafkaBatchContainer? UnderWay => _batch;

        public IBatchContainer? GetCurrent(out Exception? exception)
        {
            exception = null;
            return _batch;
        }

        public bool MoveNext()
        {
            Finish();
            var skipped = (int)(Next - _stream.Base);
            var count = Math.Min(_limit, _stream.Records.Count - skipped);
            if (count <= 0) return false;

            var items = new KafkaBatchItem[count];
            for (var i = 0; i < count; i++)
            {
                var record = _stream.Records[skipped + i];
                items[i] = new KafkaBatchItem(record.Tracked.Record.Offset, record.Item);
            }

            _batch = new KafkaBatchContainer(_stream.Id, items);
            return true;
        }

        public void Refresh(StreamSequenceToken token)
        {
        }

        public void RecordDeliveryFailure()
        {
            _isFailed = true;
            if (_batch is not { } batch) return;
            batch.Fail();
            _cache._drain?.OnFailed(batch);
        }

        public void Dispose()
        {
            if (_isDisposed) return;
            _isDisposed = true;
            // Broken off in the middle of a delivery: the records stay for the next cursor, at least once.
            var isInterrupted = _batch is { IsDelivered: false } && (!_isFailed || _cache.IsStopping);
            if (!isInterrupted) Finish();
            _batch = null;
            _cache.Detach(_stream, this, isInterrupted);
        }

        public void Finish()
        {
            if (_batch is not { } batch) return;
            _batch = null;
            if (_isFailed)
            {
                _isFailed = false;
                // A delivery that the stopping agent gave up proves nothing about its records.
                if (_cache.IsStopping) return;
                Park(batch);
            }

            // After a failed attempt one record at a time, then more again.
            _limit = batch.Attempts > 1 ? Math.Max(2, Math.Min(_cache.MaxBatch, batch.Count * 2)) : (int)Math.Min(_cache.MaxBatch, _limit * 2L);
            if (_limit > _cache.MaxBatch) _limit = _cache.MaxBatch;
            Next += batch.Count;
            _cache.Release(_stream);
        }

        private void Park(KafkaBatchContainer batch)
        {
#if PLANTED_BUGS
            if (PlantedBug.Is("no-op-failure-handler")) return;
#endif
            var skipped = (int)(Next - _stream.Base);
            for (var i = 0; i < batch.Count; i++) _cache.Park(_stream, _stream.Records[skipped + i], batch.Attempts);
        }
    }

    private int MaxBatch => options.MaxBatchRecords;

    private bool IsStopping => partition.IsStopping;

    private void Park(CachedStream stream, CachedRecord record, int attempts)
    {
        // Another consumer of the stream may have failed on it before.
        if (record.IsParked) return;
        record.IsParked = true;
        parkingLot.Park(record.Tracked, "delivery-failed", $"The consumer of stream {stream.Id} kept failing for {options.MaxDeliveryTime}.", attempts);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No grain subscribes to stream {StreamId}: {Count} records of partition {Partition} of {Topic} were not consumed.")]
    private partial void LogUnconsumed(StreamId streamId, int count, string topic, int partition);
}
