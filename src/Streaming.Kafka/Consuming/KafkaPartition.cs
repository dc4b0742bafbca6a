namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>One partition while this silo reads it: made afresh each time it is taken over, so that nothing of an earlier time remains.</summary>
internal sealed class KafkaPartition(int index)
{
    private readonly CancellationTokenSource _closing = new();
    private int _cachedRecords;
    private long _cachedBytes;
    private int _parkingRecords;
    private TaskCompletionSource? _spaceWaiter;

    public int Index => index;

    public PartitionBuffer Buffer { get; } = new();

    /// <summary>Replaced when the log has restarted or lost its beginning.</summary>
    public OffsetTracker Tracker { get; set; } = new();

    /// <summary>Cancelled when the partition is abandoned.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>The token of the agent's last read: cancelled before the agent interrupts its deliveries.</summary>
    public CancellationToken AgentStopping { get; set; }

    /// <summary>The agent's: its cache is used there only.</summary>
    public TaskScheduler? AgentScheduler { get; set; }

    /// <summary>What fails from now on fails because we stop.</summary>
    public bool IsStopping => _closing.IsCancellationRequested || AgentStopping.IsCancellationRequested;

    public int CachedRecords => Volatile.Read(ref _cachedRecords);

    public long CachedBytes => Interlocked.Read(ref _cachedBytes);

    public int DeadLetterRecords => Volatile.Read(ref _parkingRecords);

    /// <summary>The log has begun again: what is committed may lie above what this silo has finished, and must not stay there.</summary>
    public bool HasRestarted { get; set; }

    // The poll thread's own notes.
    internal bool IsPaused { get; set; }

    internal bool IsSeeking { get; set; }

    internal long? StoredWatermark { get; set; }

    public void Close()
    {
        _closing.Cancel();
        Buffer.Wake();
    }

    public void Enter(KafkaRecord record)
    {
        Interlocked.Increment(ref _cachedRecords);
        Interlocked.Add(ref _cachedBytes, record.Size);
    }

    /// <summary>The record is finished: it may be committed, and its place is free.</summary>
    public void Leave(TrackedRecord record)
    {
        record.Finish();
        Interlocked.Decrement(ref _cachedRecords);
        Interlocked.Add(ref _cachedBytes, -record.Record.Size);
        Interlocked.Exchange(ref _spaceWaiter, null)?.TrySetResult();
    }

    public void EnterDeadLettering() => Interlocked.Increment(ref _parkingRecords);

    public void LeaveDeadLettering(TrackedRecord record)
    {
        Interlocked.Decrement(ref _parkingRecords);
        Leave(record);
    }

    /// <summary>Completes when a record has left, after the timeout, or when cancelled; it never throws.</summary>
    public Task WaitForSpaceAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _spaceWaiter, waiter)?.TrySetResult();
        return Quietly(waiter.Task.WaitAsync(timeout, cancellationToken));

        static async Task Quietly(Task task) =>
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
