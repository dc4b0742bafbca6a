using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>A stream's records, and what of them each of its consumers has handled.</summary>
internal sealed partial class KafkaQueueCache
{
    // A filter judges a batch as a whole: it is delivered when one item of it is to be.
    private int MaxBatch => isFiltered ? 1 : options.MaxBatchRecords;

    private KafkaBatchContainer Take(CachedStream stream, int skipped, int most)
    {
        var first = stream.Records[skipped];
        var taken = stream.Records.Skip(skipped).Take(most).TakeWhile(record => HaveSameContext(first, record));
        return new KafkaBatchContainer(
            stream.Id,
            [.. taken.Select(static record => new KafkaBatchItem(record.Tracked.Record.Offset, record.Item))],
            origin,
            TraceHeaders.AddTo(first.RequestContext?.ToDictionary(), first.Tracked.Record.Headers),
            services);
    }

    // One call has one request context.
    private static bool HaveSameContext(CachedRecord one, CachedRecord other) =>
        ReferenceEquals(one.RequestContext, other.RequestContext)
        || (one.RequestContext is { } context && other.RequestContext is { } others && context.Count == others.Count
            && context.All(entry => others.TryGetValue(entry.Key, out var value) && Equals(entry.Value, value)));

    private bool WasOpenFor(TimeSpan time) => gate is null || gate.OpenFor > time;

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

            _batch = _cache.Take(_stream, skipped, count);
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
            _limit = (int)Math.Min(_cache.MaxBatch, 2L * (batch.Attempts > 1 ? batch.Count : _limit));
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
}
