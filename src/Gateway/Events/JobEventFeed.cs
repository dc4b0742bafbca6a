namespace JobRequests.Gateway.Events;

/// <summary>
/// The feed's state: the last events, its cursor, who listens. Events come in by <see cref="EventPump"/> alone; what is called from
/// anywhere else only looks, comes or goes.
/// </summary>
internal sealed class JobEventFeed(IOptions<FeedOptions> options) : IJobEventFeed
{
    private readonly Lock _gate = new();
    private readonly RecentJobs<int> _versions = new(options.Value.KnownJobs * 2);
    private readonly EventListeners _listeners = new();
    private readonly List<Action<JobEvent>> _observers = [];
    private EventBuffer _buffer = new(options.Value.Buffer, [], sequence: 0);
    private ulong _log;
    private long[] _offsets = [];
    private long _dispatched;
    private string _dispatchedCursor = "";

    /// <summary>False until the source has said where it begins.</summary>
    public bool IsOpen => Volatile.Read(ref _offsets).Length > 0;

    public bool HasListeners
    {
        get
        {
            lock (_gate) return _listeners.Count > 0;
        }
    }

    public IDisposable Subscribe(Action<JobEvent> onEvent, bool withBuffered = false)
    {
        lock (_gate)
        {
            if (withBuffered)
                foreach (var feedEvent in _buffer.Read(_buffer.First, int.MaxValue)!) onEvent(feedEvent.Event);
            _observers.Add(onEvent);
        }

        return new Leaving(() =>
        {
            lock (_gate) _observers.Remove(onEvent);
        });
    }

    /// <summary>Begins with a log, or continues after a gap: everybody who listens is told to reload.</summary>
    public void Open(FeedInput.Opened opened)
    {
        lock (_gate)
        {
            var isFirst = _offsets.Length == 0;
            _log = opened.Log;
            Volatile.Write(ref _offsets, [.. opened.Offsets]);
            _buffer = new EventBuffer(options.Value.Buffer, _offsets, _buffer.Next);
            _dispatched = _buffer.Next;
            _dispatchedCursor = new FeedCursor(_log, _offsets).ToString();
            if (!isFirst) _listeners.TellReload(_dispatchedCursor);
        }
    }

    /// <summary>Where a source of the same log continues; null where it begins again.</summary>
    public long[]? OffsetsOf(ulong sameLog)
    {
        lock (_gate) return _offsets.Length > 0 && _log == sameLog ? [.. _offsets] : null;
    }

    /// <summary>Takes a record in; null where it holds no event, or one that came before.</summary>
    public FeedEvent? Append(FeedInput.Record record)
    {
        lock (_gate)
        {
            if (record.Offset < _offsets[record.Partition]) return null;
            _offsets[record.Partition] = record.Offset + 1;
            if (record.Event is not { } jobEvent) return null;
            if (_versions.TryGet(jobEvent.JobRequestId, out var seen) && jobEvent.Version <= seen) return null;
            _versions.Keep(jobEvent.JobRequestId, jobEvent.Version);
            var feedEvent = new FeedEvent(jobEvent, _buffer.Next, record.Partition, record.Offset, new FeedCursor(_log, _offsets).ToString());
            _buffer.Add(feedEvent);
            foreach (var observer in _observers) observer(jobEvent);
            return feedEvent;
        }
    }

    /// <summary>Hands events to those who may see them.</summary>
    public void Dispatch(IReadOnlyList<FeedEvent> events)
    {
        lock (_gate)
        {
            foreach (var feedEvent in events)
            {
                _listeners.Tell(feedEvent);
                _dispatched = feedEvent.Sequence + 1;
                _dispatchedCursor = feedEvent.Cursor;
            }
        }
    }

    /// <summary>Some event could not be handed to those it is for.</summary>
    public void TellReload()
    {
        lock (_gate) _listeners.TellReload(_dispatchedCursor);
    }

    /// <summary>Writes to the connections of one slot, so that idle ones are seen to be alive and keep a fresh cursor.</summary>
    public void Heartbeat(int slot, int slots, DateTimeOffset now)
    {
        lock (_gate) _listeners.Heartbeat(slot, slots, _dispatched, _dispatchedCursor, now);
    }

    /// <summary>Ends every connection, in order: what was handed to one is still written.</summary>
    public void EndAll()
    {
        lock (_gate) _listeners.EndAll();
    }

    /// <summary>Listens to a job, from now on.</summary>
    public void ListenTo(EventListener listener, string jobRequestId)
    {
        lock (_gate)
        {
            if (_listeners.Add(listener)) listener.Begin(_buffer.Next, after: null);
            _listeners.AddJob(listener, jobRequestId);
        }
    }

    public void Ignore(EventListener listener, string jobRequestId)
    {
        lock (_gate) _listeners.RemoveJob(listener, jobRequestId);
    }

    /// <summary>Listens to everything the caller may see, from now on.</summary>
    /// <returns>The cursor.</returns>
    public string ListenToAll(EventListener listener)
    {
        lock (_gate)
        {
            if (_listeners.Add(listener)) listener.Begin(_buffer.Next, after: null);
            _listeners.AddPerson(listener);
            return new FeedCursor(_log, _offsets).ToString();
        }
    }

    /// <summary>
    /// The next events after a cursor, of which at most <paramref name="most"/> are looked at. Where none are left, <paramref name="listener"/>
    /// listens from exactly there on.
    /// </summary>
    /// <param name="listener">Whose client it is.</param>
    /// <param name="cursor">The one that the client named.</param>
    /// <param name="sequence">Where the last part ended; null for the first one.</param>
    /// <param name="most">How many.</param>
    public CatchUp CatchUp(EventListener listener, FeedCursor cursor, long? sequence, int most)
    {
        lock (_gate)
        {
            if (cursor.Log != _log || cursor.Partitions != _offsets.Length) return new CatchUp.Lost();
            if (sequence is null && !_buffer.Reaches(cursor)) return new CatchUp.Older(_buffer.Floor.ToArray());
            if (_buffer.Read(sequence ?? _buffer.First, most) is not { } events) return new CatchUp.Lost();
            if (events.Length > 0) return new CatchUp.Part([.. events.Where(each => each.Offset >= cursor[each.Partition])], events[^1].Sequence + 1);
            _listeners.Add(listener);
            listener.Begin(_buffer.Next, cursor);
            _listeners.AddPerson(listener);
            return new CatchUp.Live(cursor.AtLeast(_offsets).ToString());
        }
    }

    public void Leave(EventListener listener)
    {
        lock (_gate) _listeners.Remove(listener);
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}

/// <summary>How a client that comes back is brought to where the feed is.</summary>
internal abstract record CatchUp
{
    private CatchUp()
    {
    }

    /// <summary>The cursor is of another log, or the events are gone.</summary>
    public sealed record Lost : CatchUp;

    /// <summary>The gateway remembers only what comes from these offsets on.</summary>
    public sealed record Older(long[] Floor) : CatchUp;

    /// <summary>Events that come next, and where to go on.</summary>
    public sealed record Part(FeedEvent[] Events, long Next) : CatchUp;

    /// <summary>The listener is up to date and listens, from this cursor on.</summary>
    public sealed record Live(string Cursor) : CatchUp;
}
