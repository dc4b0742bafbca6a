namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>
/// Streams that are blocked: one of their records was dead-lettered for its failure, and what comes later is dead-lettered behind it, so that nothing
/// overtakes it. Records that a replay replays pass, unless one of that replay has failed again. The dead-letter topic tells the same to
/// whoever reads it from its beginning.
/// </summary>
/// <remarks>A record's order is its offset when it was first written: a copy that was replayed keeps it. Thread-safe.</remarks>
internal sealed class BlockedStreams
{
    private readonly Lock _gate = new();
    private readonly Dictionary<KafkaStreamName, Block> _blocks = [];
    private volatile bool _isAny;

    /// <summary>Whether any stream is blocked; costs nothing to ask.</summary>
    public bool IsAny => _isAny;

    /// <summary>How many streams of a partition are blocked.</summary>
    public int CountOf(int partition)
    {
        lock (_gate) return _blocks.Values.Count(block => block.Partition == partition);
    }

    /// <summary>Named only where any stream is blocked.</summary>
    public bool Contains(StreamId stream) => _isAny && Contains((KafkaStreamName)stream);

    public bool Contains(KafkaStreamName stream)
    {
        lock (_gate) return _blocks.ContainsKey(stream);
    }

    /// <summary>A record of the stream has failed for good.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="partition">Of its topic.</param>
    /// <param name="order">The record's.</param>
    /// <param name="run">The replay that had put it back: the rest of that replay does not pass any more.</param>
    public void Begin(KafkaStreamName stream, int partition, long order, string? run)
    {
        lock (_gate)
        {
            var block = Extend(stream, partition, order);
            if (run is not null) block.FailedRuns.Add(run);
        }
    }

    /// <summary>The record has to be dead-lettered, whether it may pass or not: it came in one delivery with one that has failed.</summary>
    public void Hold(KafkaStreamName stream, int partition, long order)
    {
        lock (_gate) Extend(stream, partition, order);
    }

    /// <returns>Whether the record has to be dead-lettered behind those before it.</returns>
    public bool TryHold(StreamId stream, long order, string? run)
    {
        if (!_isAny) return false;
        lock (_gate)
        {
            if (!_blocks.TryGetValue(stream, out var block) || (run is not null && !block.FailedRuns.Contains(run))) return false;
            block.Last = Math.Max(block.Last, order);
            return true;
        }
    }

    /// <summary>A replay has put everything back up to <paramref name="through"/>: the block ends, unless something was dead-lettered behind that.</summary>
    public bool TryEnd(KafkaStreamName stream, long through)
    {
        lock (_gate)
        {
            if (!_blocks.TryGetValue(stream, out var block) || block.Last > through) return false;
            _blocks.Remove(stream);
            _isAny = _blocks.Count > 0;
            return true;
        }
    }

    private Block Extend(KafkaStreamName stream, int partition, long order)
    {
        if (!_blocks.TryGetValue(stream, out var block)) _blocks[stream] = block = new Block(partition);
        block.Last = Math.Max(block.Last, order);
        _isAny = true;
        return block;
    }

    private sealed class Block(int partition)
    {
        public int Partition => partition;

        /// <summary>The highest order of what was dead-lettered.</summary>
        public long Last { get; set; } = -1;

        public HashSet<string> FailedRuns { get; } = new(StringComparer.Ordinal);
    }
}
