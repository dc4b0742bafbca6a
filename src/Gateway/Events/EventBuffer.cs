namespace JobRequests.Gateway.Events;

/// <summary>The last events, and from which place on they are without a gap.</summary>
internal sealed class EventBuffer(int capacity, long[] start, long sequence)
{
    private readonly FeedEvent[] ring = new FeedEvent[capacity];
    private readonly long[] floor = [.. start];
    private long first = sequence;

    /// <summary>Sequence of the event that comes next.</summary>
    public long Next { get; private set; } = sequence;

    public int Count => (int)(Next - first);

    /// <summary>For each partition, the offset from which on all events are here.</summary>
    public ReadOnlySpan<long> Floor => floor;

    public void Add(FeedEvent feedEvent)
    {
        if (Count == capacity)
        {
            var oldest = this[first++];
            floor[oldest.Partition] = oldest.Offset + 1;
        }

        ring[feedEvent.Sequence % capacity] = feedEvent;
        Next = feedEvent.Sequence + 1;
    }

    /// <summary>Whether every event after the place is here.</summary>
    public bool Reaches(FeedCursor place)
    {
        for (var partition = 0; partition < floor.Length; partition++)
            if (place[partition] < floor[partition]) return false;
        return true;
    }

    /// <summary>Up to <paramref name="most"/> events from a sequence number on; null where the first of them is gone.</summary>
    public FeedEvent[]? Read(long sequence, int most)
    {
        if (sequence < first) return null;
        var read = new FeedEvent[Math.Min(most, (int)(Next - sequence))];
        for (var i = 0; i < read.Length; i++) read[i] = this[sequence + i];
        return read;
    }

    /// <summary>Sequence of the oldest event that is here.</summary>
    public long First => first;

    private FeedEvent this[long sequence] => ring[sequence % capacity];
}
