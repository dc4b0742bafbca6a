namespace JobRequests.Gateway.Events;

/// <summary>
/// The feed's state: the last events, the place it is at, who listens. Events come in by <see cref="EventPump"/> alone; what is called from
/// anywhere else only looks, comes or goes.
/// </summary>
internal sealed class JobEventFeed(IOptions<FeedOptions> options) : IJobEventFeed
{
    private readonly Lock gate = new();
    private readonly RecentJobs<int> versions = new(options.Value.KnownJobs * 2);
    private readonly EventListeners listeners = new();
    private readonly List<Action<JobEvent>> observers = [];
    private EventBuffer buffer = new(options.Value.Buffer, [], sequence: 0);
    private ulong log;
    private long[] offsets = [];
    private long dispatched;
    private string dispatchedCursor = "";

    /// <summary>False until the source has said where it begins.</summary>
    public bool IsOpen => Volatile.Read(ref offsets).Length > 0;

    public bool HasListeners
    {
        get
        {
            lock (gate) return listeners.Count > 0;
        }
    }

    public IDisposable Subscribe(Action<JobEvent> onEvent, bool withBuffered = false)
    {
        lock (gate)
        {
            if (withBuffered)
                foreach (var feedEvent in buffer.Read(buffer.First, int.MaxValue)!) onEvent(feedEvent.Event);
            observers.Add(onEvent);
        }

        return new Leaving(() =>
        {
            lock (gate) observers.Remove(onEvent);
        });
    }

    /// <summary>Begins with a log, or goes on behind a gap: everybody who listens is told to reload.</summary>
    public void Open(FeedInput.Opened opened)
    {
        lock (gate)
        {
            var isFirst = offsets.Length == 0;
            log = opened.Log;
            Volatile.Write(ref offsets, [.. opened.Offsets]);
            buffer = new EventBuffer(options.Value.Buffer, offsets, buffer.Next);
            dispatched = buffer.Next;
            dispatchedCursor = new FeedCursor(log, offsets).ToString();
            if (!isFirst) listeners.TellReload(dispatchedCursor);
        }
    }

    /// <summary>Where a source of the same log goes on; null where it begins again.</summary>
    public long[]? OffsetsOf(ulong sameLog)
    {
        lock (gate) return offsets.Length > 0 && log == sameLog ? [.. offsets] : null;
    }

    /// <summary>Takes a record in; null where it holds no event, or one that came before.</summary>
    public FeedEvent? Append(FeedInput.Record record)
    {
        lock (gate)
        {
            if (record.Offset < offsets[record.Partition]) return null;
            offsets[record.Partition] = record.Offset + 1;
            if (record.Event is not { } jobEvent) return null;
            if (versions.TryGet(jobEvent.JobRequestId, out var seen) && jobEvent.Version <= seen) return null;
            versions.Keep(jobEvent.JobRequestId, jobEvent.Version);
            var feedEvent = new FeedEvent(jobEvent, buffer.Next, record.Partition, record.Offset, new FeedCursor(log, offsets).ToString());
            buffer.Add(feedEvent);
            foreach (var observer in observers) observer(jobEvent);
            return feedEvent;
        }
    }

    /// <summary>Hands events to those who may see them.</summary>
    public void Dispatch(IReadOnlyList<FeedEvent> events)
    {
        lock (gate)
        {
            foreach (var feedEvent in events)
            {
                listeners.Tell(feedEvent);
                dispatched = feedEvent.Sequence + 1;
                dispatchedCursor = feedEvent.Cursor;
            }
        }
    }

    /// <summary>Some event could not be handed to those it is for.</summary>
    public void TellReload()
    {
        lock (gate) listeners.TellReload(dispatchedCursor);
    }

    /// <summary>Writes to the connections of one slot, so that idle ones are seen to be alive and keep a fresh place.</summary>
    public void Heartbeat(int slot, int slots, DateTimeOffset now)
    {
        lock (gate) listeners.Heartbeat(slot, slots, dispatched, dispatchedCursor, now);
    }

    /// <summary>Ends every connection, in order: what was handed to one is still written.</summary>
    public void EndAll()
    {
        lock (gate) listeners.EndAll();
    }

    /// <summary>Listens to a job, from now on.</summary>
    public void ListenTo(EventListener listener, string jobRequestId)
    {
        lock (gate)
        {
            if (listeners.Add(listener)) listener.Begin(buffer.Next, after: null);
            listeners.AddJob(listener, jobRequestId);
        }
    }

    public void Ignore(EventListener listener, string jobRequestId)
    {
        lock (gate) listeners.RemoveJob(listener, jobRequestId);
    }

    /// <summary>Listens to everything the caller may see, from now on.</summary>
    /// <returns>The place.</returns>
    public string ListenToAll(EventListener listener)
    {
        lock (gate)
        {
            if (listeners.Add(listener)) listener.Begin(buffer.Next, after: null);
            listeners.AddPerson(listener);
            return new FeedCursor(log, offsets).ToString();
        }
    }

    /// <summary>
    /// The next events from a place on, of which at most <paramref name="most"/> are looked at. Where none are left, <paramref name="listener"/>
    /// listens from exactly there on.
    /// </summary>
    /// <param name="listener">Whose place it is.</param>
    /// <param name="place">The place the client named.</param>
    /// <param name="sequence">Where the last part ended; null for the first one.</param>
    /// <param name="most">How many.</param>
    public CatchUp CatchUp(EventListener listener, FeedCursor place, long? sequence, int most)
    {
        lock (gate)
        {
            if (place.Log != log || place.Partitions != offsets.Length) return new CatchUp.Lost();
            if (sequence is null && !buffer.Reaches(place)) return new CatchUp.Older(buffer.Floor.ToArray());
            if (buffer.Read(sequence ?? buffer.First, most) is not { } events) return new CatchUp.Lost();
            if (events.Length > 0) return new CatchUp.Part([.. events.Where(each => each.Offset >= place[each.Partition])], events[^1].Sequence + 1);
            listeners.Add(listener);
            listener.Begin(buffer.Next, place);
            listeners.AddPerson(listener);
            return new CatchUp.Live(place.AtLeast(offsets).ToString());
        }
    }

    public void Leave(EventListener listener)
    {
        lock (gate) listeners.Remove(listener);
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

    /// <summary>The place is of another log, or the events are gone.</summary>
    public sealed record Lost : CatchUp;

    /// <summary>The gateway remembers only what comes from these offsets on.</summary>
    public sealed record Older(long[] Floor) : CatchUp;

    /// <summary>Events that come next, and where to go on.</summary>
    public sealed record Part(FeedEvent[] Events, long Next) : CatchUp;

    /// <summary>The listener is up to date and listens, from this place on.</summary>
    public sealed record Live(string Cursor) : CatchUp;
}
