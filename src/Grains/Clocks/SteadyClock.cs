namespace JobRequests.Grains;

/// <summary>
/// The time that Orleans itself goes by: the time of day, which never goes back. Orleans measures idle times by it and waits until it has
/// come. After a clock was set back, no grain could be activated and no membership loop would run until that time had passed again.
/// </summary>
internal sealed class SteadyClock(TimeProvider clock) : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _last = clock.GetUtcNow();
    private long _lastRead = clock.GetTimestamp();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            // In this order: a pause between the two reads must not put the time ahead.
            var timeOfDay = clock.GetUtcNow();
            var read = clock.GetTimestamp();
            var steady = _last + clock.GetElapsedTime(_lastRead, read);
            (_last, _lastRead) = (timeOfDay > steady ? timeOfDay : steady, read);
            return _last;
        }
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
