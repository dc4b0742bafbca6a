namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>
/// Streams that are fenced: one of their records was parked for its failure, and what comes later is parked behind it, so that nothing
/// overtakes it. Records that a replay puts back pass, unless one of that replay has failed again. The parked topic tells the same to
/// whoever reads it from its beginning.
/// </summary>
/// <remarks>A record's order is its offset when it was first written: a copy that was put back keeps it. Thread-safe.</remarks>
internal sealed class StreamFences
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StreamId, Fence> _fences = [];
    private volatile bool _isAny;

    /// <summary>Whether any stream is fenced; costs nothing to ask.</summary>
    public bool IsAny => _isAny;

    /// <summary>How many streams of a partition are fenced.</summary>
    public int CountOf(int partition)
    {
        lock (_gate) return _fences.Values.Count(fence => fence.Partition == partition);
    }

    public bool Contains(StreamId stream)
    {
        if (!_isAny) return false;
        lock (_gate) return _fences.ContainsKey(stream);
    }

    /// <summary>A record of the stream has failed for good.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="partition">Of its topic.</param>
    /// <param name="order">The record's.</param>
    /// <param name="run">The replay that had put it back: the rest of that replay does not pass any more.</param>
    public void Begin(StreamId stream, int partition, long order, string? run)
    {
        lock (_gate)
        {
            var fence = Extend(stream, partition, order);
            if (run is not null) fence.FailedRuns.Add(run);
        }
    }

    /// <summary>The record has to be parked, whether it may pass or not: it came in one delivery with one that has failed.</summary>
    public void Hold(StreamId stream, int partition, long order)
    {
        lock (_gate) Extend(stream, partition, order);
    }

    /// <returns>Whether the record has to be parked behind those before it.</returns>
    public bool TryHold(StreamId stream, long order, string? run)
    {
        if (!_isAny) return false;
        lock (_gate)
        {
            if (!_fences.TryGetValue(stream, out var fence) || (run is not null && !fence.FailedRuns.Contains(run))) return false;
            fence.Last = Math.Max(fence.Last, order);
            return true;
        }
    }

    /// <summary>A replay has put everything back up to <paramref name="through"/>: the fence ends, unless something was parked behind that.</summary>
    public bool TryEnd(StreamId stream, long through)
    {
        lock (_gate)
        {
            if (!_fences.TryGetValue(stream, out var fence) || fence.Last > through) return false;
            _fences.Remove(stream);
            _isAny = _fences.Count > 0;
            return true;
        }
    }

    private Fence Extend(StreamId stream, int partition, long order)
    {
        if (!_fences.TryGetValue(stream, out var fence)) _fences[stream] = fence = new Fence(partition);
        fence.Last = Math.Max(fence.Last, order);
        _isAny = true;
        return fence;
    }

    private sealed class Fence(int partition)
    {
        public int Partition => partition;

        /// <summary>The highest order of what was parked.</summary>
        public long Last { get; set; } = -1;

        public HashSet<string> FailedRuns { get; } = new(StringComparer.Ordinal);
    }
}
