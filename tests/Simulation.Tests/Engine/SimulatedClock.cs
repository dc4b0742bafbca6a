namespace JobRequests.Simulation.Tests;

/// <summary>A process's clock: the world's time, off by a constant. Its timers fire in a turn of the actor that made them.</summary>
internal sealed class SimulatedClock(World world, TimeSpan skew) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        world.CheckThread();
        return World.Begin + world.Now + skew;
    }

    public override long GetTimestamp()
    {
        world.CheckThread();
        return world.Now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (SynchronizationContext.Current is not Actor actor)
        {
            world.Fail(new SimulationException($"A timer was made outside of all actors:\n{Environment.StackTrace}"));
            throw new SimulationException("A timer was made outside of all actors.");
        }

        if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero) throw new NotSupportedException("Nothing here repeats.");
        var timer = new SimulatedTimer(world, actor, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimulatedTimer(World world, Actor actor, TimerCallback callback, object? state) : ITimer
    {
        private World.Scheduled? _scheduled;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _scheduled?.IsCancelled = true;
            _scheduled = null;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            World.Scheduled? scheduled = null;
            scheduled = world.Later(dueTime, actor, () =>
            {
                // Stopped while its turn was waited for.
                if (!scheduled!.IsCancelled) callback(state);
            });
            _scheduled = scheduled;
            return true;
        }

        public void Dispose()
        {
            _scheduled?.IsCancelled = true;
            _scheduled = null;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
