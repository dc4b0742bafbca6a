namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>
/// Which records of a partition are finished, and so how far it may be committed: up to the lowest that is not. Offsets that the log
/// does not hold (transaction markers, compacted records) count as finished.
/// </summary>
internal sealed class OffsetTracker
{
    private readonly Lock _gate = new();
    private Entry[] _ring = new Entry[64];
    private int _head;
    private int _count;
    private long? _position;

    /// <param name="start">The first offset that is not finished; null when it is not known before the first record.</param>
    public OffsetTracker(long? start = null) => _position = start;

    /// <summary>The offset after the last one received.</summary>
    public long? Position
    {
        get
        {
            lock (_gate) return _position;
        }
    }

    /// <summary>The lowest offset that is not finished: what to commit. Null when nothing is known yet.</summary>
    public long? Watermark
    {
        get
        {
            lock (_gate) return _count > 0 ? _ring[_head].Offset : _position;
        }
    }

    /// <summary>Received and not below the watermark.</summary>
    public int Pending
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    /// <summary>When the record at the watermark was received, in <see cref="Environment.TickCount64"/>; null when all are finished.</summary>
    public long? OldestReceivedAt
    {
        get
        {
            lock (_gate) return _count > 0 ? _ring[_head].ReceivedAt : null;
        }
    }

    /// <returns>False when the offset was received before: the record is to be dropped.</returns>
    public bool Receive(long offset)
    {
        lock (_gate)
        {
            if (offset < _position) return false;
            if (_count == _ring.Length) Grow();
            _ring[(_head + _count++) & (_ring.Length - 1)] = new Entry { Offset = offset, ReceivedAt = Environment.TickCount64 };
            _position = offset + 1;
            return true;
        }
    }

    /// <summary>The log holds nothing more below <paramref name="position"/>.</summary>
    public void Advance(long position)
    {
        lock (_gate)
            if (!(_position >= position))
                _position = position;
    }

    /// <summary>Marks a received record as finished. May be said more than once.</summary>
    public void Finish(long offset)
    {
        lock (_gate)
        {
            if (_count == 0 || offset < _ring[_head].Offset)
            {
                if (offset < _position) return;
                throw new ArgumentOutOfRangeException(nameof(offset), offset, "This offset was never received.");
            }

            Find(offset).IsFinished = true;
            while (_count > 0 && _ring[_head].IsFinished)
            {
                _head = (_head + 1) & (_ring.Length - 1);
                _count--;
            }
        }
    }

    private ref Entry Find(long offset)
    {
        var (low, high) = (0, _count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            ref var entry = ref _ring[(_head + middle) & (_ring.Length - 1)];
            if (entry.Offset == offset) return ref entry;
            if (entry.Offset < offset) low = middle + 1;
            else high = middle - 1;
        }

        throw new ArgumentOutOfRangeException(nameof(offset), offset, "This offset was never received.");
    }

    private void Grow()
    {
        var larger = new Entry[_ring.Length * 2];
        for (var i = 0; i < _count; i++) larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        (_ring, _head) = (larger, 0);
    }

    private struct Entry
    {
        public long Offset;
        public long ReceivedAt;
        public bool IsFinished;
    }
}
