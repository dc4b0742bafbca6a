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
internal sealed partial class KafkaQueueCache(
    KafkaPartition partition,
    IKafkaDeadLetterWriter deadLetterWriter,
    KafkaStreamOptions options,
    ILogger logger,
    BlockedStreams? streamBlocks = null,
    IKafkaConsumptionGate? gate = null,
    KafkaBatchOrigin origin = default,
    IServiceProvider? services = null,
    bool isFiltered = false) : IQueueCache
{
    /// <summary>The consumer takes items of another type.</summary>
    public const string UnexpectedType = "unexpected-type";


    private readonly BlockedStreams _blocks = streamBlocks ?? new BlockedStreams();
    private const string DeliveryFailed = "delivery-failed";
    private const string Blocked = "blocked";

    private readonly Dictionary<StreamId, CachedStream> _streams = [];
    private readonly HashSet<CachedStream> _unattended = [];
    private readonly Dictionary<Guid, IQueueCacheCursor> _pins = [];
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
            // Since they were received a block may have begun.
            HoldFenced(received);
            if (received.Records.Count == 0) continue;
            if (!_streams.TryGetValue(received.StreamId, out var stream)) _streams[received.StreamId] = stream = new CachedStream(received.StreamId);
            stream.Records.AddRange(received.Records);
            if (stream.Cursors.Count == 0) _unattended.Add(stream);
        }
    }

    /// <summary>Dead-letters the received records of a blocked stream behind those that are dead-lettered already, and takes them out.</summary>
    public void HoldFenced(ReceivedRecords received)
    {
        if (_blocks.Contains(received.StreamId)) received.Records.RemoveAll(record => TryHold(received.StreamId, record));
    }

    /// <summary>
    /// A consumer gives up the record at an offset, and those behind it that came in the same delivery.
    /// </summary>
    /// <returns>False when the record is not being delivered.</returns>
    public bool GiveUp(StreamId streamId, long offset, string reason, string? error, int attempts)
    {
        if (IsStopping || !_streams.TryGetValue(streamId, out var stream)) return false;
        var first = stream.Records.FindIndex(record => record.Tracked.Record.Offset == offset);
        if (first < 0) return false;
        // A call that took too long was repeated, and has already done it.
        if (stream.Records[first].IsDeadLettered) return true;
        if (stream.Cursors.Find(cursor => cursor.UnderWay is { } batch && batch.FirstOffset <= offset && stream.Base + first < cursor.Next + batch.Count) is not
            { UnderWay: { } underWay } cursor) return false;
        // In a rolling update the next attempt may meet a consumer that takes it.
        if (reason == UnexpectedType) underWay.Refusal = error;
        else GiveUp(stream, first, (int)(cursor.Next + underWay.Count - stream.Base), reason, error, attempts);
        return true;
    }

    /// <summary>An operator gives up the record that the partition stands still on, whatever becomes of its delivery.</summary>
    /// <returns>False when it stands on another record, or this one is not waiting for its delivery.</returns>
    public bool GiveUpOldest(long offset, string reason, string? error)
    {
        if (IsStopping || partition.Tracker.Watermark != offset) return false;
        foreach (var stream in _streams.Values)
        {
            var index = stream.Records.FindIndex(record => record.Tracked.Record.Offset == offset);
            if (index < 0) continue;
            GiveUp(stream, index, index + 1, reason, error, attempts: 0);
            // No later delivery takes it up again.
            stream.Records[index].IsHeld = stream.HasHeld = true;
            return true;
        }

        return false;
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
            stream.Records.RemoveAll(static record => record.IsDeadLettered);
            if (stream.Records.Count == 0) continue;
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

    /// <summary>Keeps what a stream has and gets, for a subscription that has no cursor yet.</summary>
    public void Pin(StreamId streamId, Guid subscription)
    {
        if (!_pins.ContainsKey(subscription)) _pins[subscription] = GetCacheCursor(streamId, null);
    }

    /// <summary>The subscription has its cursor, or has ended.</summary>
    public void Unpin(Guid subscription)
    {
        if (_pins.Remove(subscription, out var pin)) pin.Dispose();
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
            if (stream.Records[i].IsDeadLettered) continue;
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

        /// <summary>Some of its records were held by a block.</summary>
        public bool HasHeld { get; set; }
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
            if (_stream.HasHeld) (skipped, count) = PassHeld();
            if (count <= 0) return false;

            var first = _stream.Records[skipped];
            var together = 1;
            while (together < count && HaveSameContext(first, _stream.Records[skipped + together])) together++;
            count = together;

            var items = new KafkaBatchItem[count];
            for (var i = 0; i < count; i++)
            {
                var record = _stream.Records[skipped + i];
                items[i] = new KafkaBatchItem(record.Tracked.Record.Offset, record.Item);
            }

            var context = TraceHeaders.AddTo(first.RequestContext?.ToDictionary(), first.Tracked.Record.Headers);
            _batch = new KafkaBatchContainer(_stream.Id, items, _cache.Origin, context, _cache.Services);
            return true;
        }

        // What is next and not held, up to what is.
        private (int Skipped, int Count) PassHeld()
        {
            var first = (int)(Next - _stream.Base);
            var skipped = first;
            while (skipped < _stream.Records.Count && _stream.Records[skipped].IsHeld) skipped++;
            var count = 0;
            while (count < _limit && skipped + count < _stream.Records.Count && !_stream.Records[skipped + count].IsHeld) count++;
            Next += skipped - first;
            _cache.Release(_stream);
            return ((int)(Next - _stream.Base), count);
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
                // A delivery that the stopping agent gave up proves nothing about its records. Nor does one while nothing could be handled:
                // it is made again.
                if (_cache.IsStopping || !_cache.WasOpenFor(batch.Age)) return;
                DeadLetter(batch);
            }

            // After a failed attempt one record at a time, then more again.
            _limit = batch.Attempts > 1 ? Math.Max(2, Math.Min(_cache.MaxBatch, batch.Count * 2)) : (int)Math.Min(_cache.MaxBatch, _limit * 2L);
            if (_limit > _cache.MaxBatch) _limit = _cache.MaxBatch;
            Next += batch.Count;
            _cache.Release(_stream);
        }

        private void DeadLetter(KafkaBatchContainer batch)
        {
            var first = (int)(Next - _stream.Base);
            var reason = batch.Refusal is null ? DeliveryFailed : UnexpectedType;
            _cache.GiveUp(_stream, first, first + batch.Count, reason, batch.Refusal
                ?? $"The consumer of stream {_stream.Id} kept failing for {batch.Age}.", batch.Attempts);
        }
    }

    // A filter judges a batch as a whole: it is delivered when one item of it is to be.
    private int MaxBatch => isFiltered ? 1 : options.MaxBatchRecords;

    private bool IsStopping => partition.IsStopping;

    private KafkaBatchOrigin Origin => origin;

    private IServiceProvider? Services => services;

    // One call has one request context.
    private static bool HaveSameContext(CachedRecord one, CachedRecord other) =>
        ReferenceEquals(one.RequestContext, other.RequestContext)
        || (one.RequestContext is { } context && other.RequestContext is { } others && context.Count == others.Count
            && context.All(entry => others.TryGetValue(entry.Key, out var value) && Equals(entry.Value, value)));

    private bool WasOpenFor(TimeSpan time) => gate is null || gate.OpenFor > time;

    private void GiveUp(CachedStream stream, int first, int end, string reason, string? error, int attempts)
    {
        if (!options.BlockStreams)
        {
            for (var i = first; i < end; i++) DeadLetter(stream.Records[i], reason, error, attempts);
            return;
        }

        stream.HasHeld = true;
        var (order, run) = DeadLetterRecord.PlaceOf(stream.Records[first].Tracked.Record);
        _blocks.Begin(stream.Id, partition.Index, order, run);
        DeadLetter(stream.Records[first], reason, error, attempts, new BlockMark(stream.Id, IsBeginning: true, order, run));
        for (var i = first + 1; i < end; i++)
        {
            (order, run) = DeadLetterRecord.PlaceOf(stream.Records[i].Tracked.Record);
            _blocks.Hold(stream.Id, partition.Index, order);
            DeadLetter(stream.Records[i], reason, error, attempts, new BlockMark(stream.Id, IsBeginning: false, order, run));
        }

        // Before anything that is received later.
        for (var i = end; i < stream.Records.Count; i++) TryHold(stream.Id, stream.Records[i]);
    }

    private bool TryHold(StreamId streamId, CachedRecord record)
    {
        var (order, run) = DeadLetterRecord.PlaceOf(record.Tracked.Record);
        if (record.IsDeadLettered || !_blocks.TryHold(streamId, order, run)) return record.IsHeld;
        DeadLetter(record, Blocked, null, attempts: 0, new BlockMark(streamId, IsBeginning: false, order, run));
        return true;
    }

    private void DeadLetter(CachedRecord record, string reason, string? error, int attempts, BlockMark? block = null)
    {
        // Another consumer of the stream may have failed on it before.
        if (record.IsDeadLettered) return;
        record.IsDeadLettered = true;
        record.IsHeld = block is not null;
        deadLetterWriter.DeadLetter(record.Tracked, reason, error, attempts, block);
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "No grain subscribes to stream {StreamId}: {Count} records of partition {Partition} of {Topic} were not consumed.")]
    private partial void LogUnconsumed(StreamId streamId, int count, string topic, int partition);
}
