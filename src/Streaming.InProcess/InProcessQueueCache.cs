using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess;

/// <summary>
/// The events that the agent has read and not yet delivered, a list for each stream. A cursor takes all that has gathered for its
/// stream as one batch; moving on means that the batch was handled, so there is nothing to purge.
/// </summary>
/// <remarks>Called by one agent on its own scheduler: no locks.</remarks>
internal sealed partial class InProcessQueueCache(InProcessQueue queue, InProcessStreamOptions options, ILogger logger, bool isFiltered = false) : IQueueCache
{
    private readonly Dictionary<StreamId, LinkedList<QueuedEvents>> _undelivered = [];
    private readonly HashSet<StreamId> _delivering = [];
    private long _sequence;
    private long _nextSweep = Environment.TickCount64 + 1000;
    private bool _isClosed;

    // The agent must never be told to take nothing: it would return before its other duties.
    public int GetMaxAddCount() => 1024;

    public bool IsUnderPressure() => false;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (ReceivedEvents message in messages)
        {
            message.IsCached = true;
            if (message.Events.IsReminder) continue;
            if (!_undelivered.TryGetValue(message.StreamId, out var list)) _undelivered[message.StreamId] = list = new LinkedList<QueuedEvents>();
            list.AddLast(message.Events);
        }
    }

    public bool TryPurgeFromCache([MaybeNullWhen(false)] out IList<IBatchContainer> purgedItems)
    {
        purgedItems = null;
        var now = Environment.TickCount64;
        if (now < _nextSweep) return false;
        _nextSweep = now + 1000;
        GiveUpUndeliverable(now);
        return false;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token) => new Cursor(this, streamId);

    /// <summary>The agent stops: gives back what no cursor has taken. What one has taken goes back to the queue when it is disposed of.</summary>
    public List<QueuedEvents> Close()
    {
        _isClosed = true;
        List<QueuedEvents> undelivered = [.. _undelivered.Values.SelectMany(list => list)];
        _undelivered.Clear();
        return undelivered;
    }

    private void GiveUpUndeliverable(long now)
    {
        var limit = (long)options.UndeliverableAfter.TotalMilliseconds;
        foreach (var (streamId, list) in _undelivered)
        {
            // A consumer that is slow is a consumer.
            if (_delivering.Contains(streamId)) continue;
            var before = list.Count;
            while (list.First is { Value: var oldest } && now - oldest.EnqueuedAt > limit)
            {
                list.RemoveFirst();
                queue.Release(oldest);
                oldest.Fail($"No consumer of stream {streamId} was there within {options.UndeliverableAfter}.");
            }

            if (list.Count < before) LogAbandoned(streamId, before - list.Count, options.UndeliverableAfter);
            if (list.Count == 0) _undelivered.Remove(streamId);
        }
    }

    private List<QueuedEvents> TakeMergeable(StreamId streamId)
    {
        if (!_undelivered.TryGetValue(streamId, out var list)) return [];
        var taken = new List<QueuedEvents>(list.Count);
        // A filter judges a batch as a whole, and one call has one request context.
        while (list.First is { Value: var next } && (taken.Count == 0 || (!isFiltered && next.RequestContext is null && taken[0].RequestContext is null)))
        {
            list.RemoveFirst();
            taken.Add(next);
        }

        if (list.Count == 0) _undelivered.Remove(streamId);
        return taken;
    }

    private void Replayed(StreamId streamId, List<QueuedEvents> taken)
    {
        if (_isClosed)
        {
            queue.Return(taken);
            return;
        }

        if (!_undelivered.TryGetValue(streamId, out var list)) _undelivered[streamId] = list = new LinkedList<QueuedEvents>();
        for (var i = taken.Count - 1; i >= 0; i--) list.AddFirst(taken[i]);
        queue.Remind(streamId);
    }

    private sealed class Cursor(InProcessQueueCache cache, StreamId streamId) : IQueueCacheCursor
    {
        private List<QueuedEvents> _current = [];
        private InProcessBatchContainer? _batch;
        private bool _failed;

        public IBatchContainer? GetCurrent(out Exception? exception)
        {
            exception = null;
            return _batch;
        }

        public bool MoveNext()
        {
            Finish();
            _current = cache.TakeMergeable(streamId);
            if (_current.Count == 0) return false;

            cache._delivering.Add(streamId);
            object[] events = _current.Count == 1 ? _current[0].Events : [.. _current.SelectMany(queued => queued.Events)];
            _batch = new InProcessBatchContainer(
                streamId, events, _current[0].Events.Length, new EventSequenceTokenV2(++cache._sequence), _current[0].RequestContext);
            return true;
        }

        public void Refresh(StreamSequenceToken token)
        {
        }

        public void RecordDeliveryFailure() => _failed = true;

        // A cursor that is dropped in the middle of a delivery leaves its events for the next one, in their order: at least once.
        public void Dispose()
        {
            if (_current.Count == 0) return;
            if (_failed)
            {
                Finish();
                return;
            }

            cache._delivering.Remove(streamId);
            cache.Replayed(streamId, _current);
            _current = [];
            _batch = null;
        }

        private void Finish()
        {
            if (_current.Count == 0) return;
            cache._delivering.Remove(streamId);
            if (_batch is { IsNarrowed: true })
            {
                cache.Replayed(streamId, _current[1..]);
                _current = _current[..1];
            }

            foreach (var queued in _current)
            {
                cache.Release(queued);
                if (_failed) queued.Fail($"The handler of stream {streamId} kept failing.");
                else queued.Deliver();
            }

            _current = [];
            _batch = null;
            _failed = false;
        }
    }

    private void Release(QueuedEvents events) => queue.Release(events);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "{Count} deliveries of stream {StreamId} were abandoned: no consumer was there within {UndeliverableAfter}.")]
    private partial void LogAbandoned(StreamId streamId, int count, TimeSpan undeliverableAfter);
}

/// <summary>What the receiver hands to the cache; never delivered as it is.</summary>
internal sealed class ReceivedEvents(QueuedEvents events, long sequence) : IBatchContainer
{
    private readonly EventSequenceTokenV2 _token = new(sequence);

    public QueuedEvents Events => events;

    public bool IsCached { get; set; }

    public StreamId StreamId => events.StreamId;

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => throw new NotSupportedException("The cache delivers these events, merged.");

    public bool ImportRequestContext() => false;
}
