namespace JobRequests.Gateway.Events;

/// <summary>The last events, and from which offsets on they are complete.</summary>
internal sealed class EventBuffer(int capacity, long[] start, long sequence)
{
    private readonly FeedEvent[] _ring = new FeedEvent[capacity];
    private readonly long[] _floor = [.. start];
    private long _first = sequence;

    /// <summary>Sequence of the event that comes next.</summary>
    public long Next { get; private set; } = sequence;

    public int Count => (int)(Next - _first);

    /// <summary>For each partition, the offset from which on all events are here.</summary>
    public ReadOnlySpan<long> Floor => _floor;

    public void Add(FeedEvent feedEvent)
    {
        if (Count == capacity)
        {
            var oldest = this[_first++];
            _floor[oldest.Partition] = oldest.Offset + 1;
        }

        _ring[feedEvent.Sequence % capacity] = feedEvent;
        Next = feedEvent.Sequence + 1;
    }

    /// <summary>Whether every event after the cursor is here.</summary>
    public bool Reaches(FeedCursor cursor)
    {
        for (var partition = 0; partition < _floor.Length; partition++)
            if (cursor[partition] < _floor[partition]) return false;
        return true;
    }

    /// <summary>Up to <paramref name="most"/> events from a sequence number on; null where the first of them is gone.</summary>
    public FeedEvent[]? Read(long sequence, int most)
    {
        if (sequence < _first) return null;
        var read = new FeedEvent[Math.Min(most, (int)(Next - sequence))];
        for (var i = 0; i < read.Length; i++) read[i] = this[sequence + i];
        return read;
    }

    /// <summary>Sequence of the oldest event that is here.</summary>
    public long First => _first;

    private FeedEvent this[long sequence] => _ring[sequence % capacity];
}
