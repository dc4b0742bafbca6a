using System.Threading.Channels;

namespace JobRequests.Gateway.Events;

/// <summary>What waits for a connection to take it.</summary>
/// <param name="Event">An event; null for the others.</param>
/// <param name="Role">How much of it the connection's caller may see.</param>
/// <param name="Cursor">Where the client is: with <paramref name="Reload"/> it continues there, without it this is a heartbeat; empty: not to be sent.</param>
/// <param name="Reload">Something was missed.</param>
internal readonly record struct FeedItem(FeedEvent? Event, EventRole Role, string Cursor, bool Reload);

/// <summary>
/// One connection's share of the feed: a bounded queue. Who does not take what it is given is dropped rather than waited for. All but the
/// reading is done under the feed's lock.
/// </summary>
/// <param name="caller">Whose connection it is.</param>
/// <param name="expiresAt">When the caller's token ends.</param>
/// <param name="capacity">Events that may wait.</param>
internal sealed class EventListener(Caller caller, DateTimeOffset? expiresAt, int capacity)
{
    private readonly Channel<FeedItem> _queue = Channel.CreateBounded<FeedItem>(
        new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
    private FeedCursor? _skip;
    private long _from;

    public Caller Caller => caller;

    public ChannelReader<FeedItem> Queue => _queue.Reader;

    /// <summary>Called when the connection is dropped because it is too slow. It may still be waiting for its last write.</summary>
    public Action? OnDropped { get; set; }

    /// <summary>Which turn of the heartbeats it has.</summary>
    public int Slot { get; set; }

    /// <summary>The jobs it listens to; null until there is one.</summary>
    public HashSet<string>? Jobs { get; set; }

    /// <summary>Whether it listens to everything its caller may see.</summary>
    public bool ListensToAll { get; set; }

    /// <param name="sequence">The first event it is given.</param>
    /// <param name="after">The cursor its client has, which may be ahead of this gateway.</param>
    public void Begin(long sequence, FeedCursor? after) => (_from, _skip) = (sequence, after);

    public void Tell(FeedEvent feedEvent, EventRole role)
    {
        if (role == EventRole.Nothing || feedEvent.Sequence < _from || feedEvent.Offset < (_skip?[feedEvent.Partition] ?? 0)) return;
        // Told twice where it listens to the job and to everything: the second time is a repeat.
        _from = feedEvent.Sequence + 1;
        Offer(new FeedItem(feedEvent, role, "", Reload: false));
    }

    public void TellReload(string cursor)
    {
        _skip = null;
        Offer(new FeedItem(null, EventRole.Nothing, cursor, Reload: true));
    }

    public void Heartbeat(long dispatched, string cursor, DateTimeOffset now)
    {
        if (now >= expiresAt)
        {
            End();
            return;
        }

        // A cursor behind the client's own would bring events twice. A full queue needs no heartbeat.
        if (dispatched < _from || _skip is not null && !HasPassed(cursor)) cursor = "";
        _queue.Writer.TryWrite(new FeedItem(null, EventRole.Nothing, cursor, Reload: false));
    }

    public void End() => _queue.Writer.TryComplete();

    private bool HasPassed(string cursor)
    {
        if (!FeedCursor.TryParse(cursor, out var reached)) return false;
        for (var partition = 0; partition < reached.Partitions; partition++)
            if (reached[partition] < _skip![partition]) return false;
        _skip = null;
        return true;
    }

    private void Offer(FeedItem item)
    {
        if (_queue.Writer.TryWrite(item) || !_queue.Writer.TryComplete()) return;
        OnDropped?.Invoke();
    }
}
