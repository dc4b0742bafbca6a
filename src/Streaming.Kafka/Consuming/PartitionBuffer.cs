namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>
/// Between the thread that polls the broker and the agent that reads one partition. The poller stops fetching while it is full, and starts
/// again when three quarters have left: to pause throws away what librdkafka has fetched ahead.
/// </summary>
internal sealed class PartitionBuffer
{
    private const int MaxRecords = 2_000;
    private const long MaxBytes = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<TrackedRecord> _records = [];
    private TaskCompletionSource? _waiter;
    private long _bytes;

    public bool IsFull
    {
        get
        {
            lock (_gate) return _records.Count >= MaxRecords || _bytes >= MaxBytes;
        }
    }

    public bool MayBeRefilled
    {
        get
        {
            lock (_gate) return _records.Count <= MaxRecords / 4 && _bytes <= MaxBytes / 4;
        }
    }

    public void Add(TrackedRecord record)
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _records.Enqueue(record);
            _bytes += record.Record.Size;
            (waiter, _waiter) = (_waiter, null);
        }

        waiter?.TrySetResult();
    }

    /// <summary>Takes what is there, in order.</summary>
    public List<TrackedRecord> Take(int maxRecords)
    {
        lock (_gate)
        {
            var taken = new List<TrackedRecord>(Math.Min(maxRecords, _records.Count));
            while (taken.Count < maxRecords && _records.TryDequeue(out var record))
            {
                _bytes -= record.Record.Size;
                taken.Add(record);
            }

            return taken;
        }
    }

    /// <summary>Completes when there is something to take, when woken, after the timeout, or when cancelled; it never throws.</summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_gate)
        {
            if (_records.Count > 0) return;
            // The poller must not run the agent's continuation.
            waiter = _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await waiter.Task.WaitAsync(timeout, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Wake()
    {
        TaskCompletionSource? waiter;
        lock (_gate) (waiter, _waiter) = (_waiter, null);
        waiter?.TrySetResult();
    }
}

/// <summary>A record that was read, and the tracker to tell when it is finished: after a log has restarted, that of the old log.</summary>
internal sealed class TrackedRecord(KafkaRecord record, OffsetTracker tracker)
{
    public KafkaRecord Record => record;

    public void Finish() => tracker.Finish(record.Offset);
}
