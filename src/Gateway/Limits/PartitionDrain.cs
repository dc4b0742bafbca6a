namespace JobRequests.Gateway.Limits;

/// <param name="Lag">Commands written and not finished.</param>
/// <param name="Rate">Commands finished a second while it was behind; 0 when it is not behind, finishes nothing, or has not for long enough to tell.</param>
/// <param name="Wait">How long a command written now waits for its decision. Zero when the partition keeps up, or nothing can be predicted.</param>
/// <param name="IsStalled">It is behind and finishes nothing: nobody seems to read it.</param>
internal readonly record struct Forecast(long Lag, double Rate, TimeSpan Wait, bool IsStalled)
{
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
}

/// <summary>
/// Predicts the wait in one partition from samples of what was written and finished. The rate is measured only while the partition
/// is behind and moves: one that keeps up finishes as much as comes. What it was stays known while nothing is finished for a moment, so
/// that a slow partition does not look like a free one; and the longest standstill is left out, so that a free partition that stood still once
/// does not look like a slow one. While silos change it says little: then only a long backlog counts.
/// <para>Silos commit what they finished a moment later, and in few steps where there is little to do. Both make a backlog look longer than it is.
/// So no more is predicted than what commands answered just now really waited, for as many as are before the new one.</para>
/// </summary>
internal sealed class PartitionDrain(AdmissionOptions options)
{
    // What became of a command of ours is news for this long.
    private static readonly TimeSpan NewsFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<Sample> _samples = new();
    private TimeSpan? _behindSince;
    private TimeSpan _progressedAt;
    private bool _isSettled = true;
    private double _rate;
    private long _sentSince;
    private Waited? _waited;

    /// <param name="at">The moment, on a clock of any origin.</param>
    /// <param name="written">See <see cref="PartitionBacklog"/>.</param>
    /// <param name="finished">Likewise.</param>
    /// <param name="isSettled">See <see cref="Administration.SiloChanges"/>.</param>
    public void Observe(TimeSpan at, long written, long finished, bool isSettled = true)
    {
        lock (_gate)
        {
            // Offsets that go back are those of another log, or were rewound: what was measured says nothing about them.
            if (_samples.Last is { Value: var last } && (written < last.Written || finished < last.Finished)) Forget();
            var hasProgressed = _samples.Last is not { Value: var before } || finished > before.Finished;
            _samples.AddLast(new Sample(at, written, finished));
            _sentSince = 0;
            if (hasProgressed) _progressedAt = at;
            _isSettled = isSettled;

            var reference = LatestBefore(at - options.BehindAfter);
            var isBehind = reference is { } old && finished < old.Written;
            _behindSince = isBehind ? _behindSince ?? reference!.Value.At : null;
            if (!isBehind) _rate = 0;
            else if (hasProgressed) Measure(_samples.Last!.Value);
            while (_samples.First?.Next is { Value.At: var second } && second <= at - options.Window && second <= at - options.BehindAfter)
                _samples.RemoveFirst();
        }
    }

    /// <summary>A command was published that the last sample does not know.</summary>
    public void Sent()
    {
        lock (_gate) _sentSince++;
    }

    /// <summary>A command that went through the partition was decided.</summary>
    public void Answered(TimeSpan at, TimeSpan latency)
    {
        lock (_gate)
        {
            var lag = Math.Max(1, FirstAfter(at - latency) is { } began ? began.Written - began.Finished : 1);
            if (News(at) is { } kept && kept.Lag > lag) return;
            _waited = new Waited(at, latency, lag);
        }
    }

    public Forecast Predict(TimeSpan now)
    {
        lock (_gate)
        {
            if (_samples.Last is not { Value: var last }) return default;
            var lag = Math.Max(0, last.Written - last.Finished) + _sentSince;
            if (_behindSince is not { } since) return new Forecast(lag, 0, TimeSpan.Zero, IsStalled: false);

            var stillFor = now - Later(_progressedAt, since);
            var waited = News(now);
            if (stillFor >= options.StallAfter && waited is null) return new Forecast(lag, 0, stillFor, IsStalled: true);
            if (lag < (_isSettled ? options.LeastLag : options.LeastLagWhileSettling)) return new Forecast(lag, _rate, TimeSpan.Zero, IsStalled: false);

            // One record that cannot be finished holds the committed offset; those behind it are decided all the same.
            var isHeld = stillFor > NewsFor && (_rate <= 0 || stillFor >= options.StallAfter / 2);
            if (isHeld && waited is { } seen) return new Forecast(lag, 0, seen.Latency, IsStalled: false);
            if (_rate <= 0) return new Forecast(lag, 0, TimeSpan.Zero, IsStalled: false);
            var seconds = Math.Min(lag / _rate, waited?.With(lag).TotalSeconds ?? double.MaxValue);
            return new Forecast(
                lag, _rate, seconds < Forecast.LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Forecast.LongestWait, IsStalled: false);
        }
    }

    // Of those that were answered just now, the one with most before it says most.
    private Waited? News(TimeSpan now) => _waited is { } waited && now - waited.At < NewsFor ? waited : null;

    private void Measure(Sample last)
    {
        var start = LatestBefore(Later(_behindSince!.Value, last.At - options.Window)) ?? _samples.First!.Value;
        var moving = last.At - start.At - StandstillSince(start.At);
        if (moving >= options.BehindAfter && last.Finished > start.Finished) _rate = (last.Finished - start.Finished) / moving.TotalSeconds;
    }

    // The longest time without progress, as far as it is longer than the next one: a slow partition always moves in such steps.
    private TimeSpan StandstillSince(TimeSpan start)
    {
        var (longest, second, moved) = (TimeSpan.Zero, TimeSpan.Zero, start);
        for (var sample = _samples.First; sample?.Next is { Value: var next }; sample = sample.Next)
        {
            if (next.At <= start || next.Finished == sample.Value.Finished) continue;
            var still = next.At - moved;
            (longest, second) = still > longest ? (still, longest) : (longest, still > second ? still : second);
            moved = next.At;
        }

        return longest - second;
    }

    private Sample? LatestBefore(TimeSpan at)
    {
        for (var sample = _samples.Last; sample is not null; sample = sample.Previous)
            if (sample.Value.At <= at)
                return sample.Value;
        return null;
    }

    // It counts what was sent in the same moment.
    private Sample? FirstAfter(TimeSpan at)
    {
        Sample? first = null;
        for (var sample = _samples.Last; sample is not null && sample.Value.At > at; sample = sample.Previous) first = sample.Value;
        return first;
    }

    private void Forget()
    {
        _samples.Clear();
        _behindSince = null;
        _rate = 0;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private readonly record struct Sample(TimeSpan At, long Written, long Finished);

    /// <param name="Lag">What was before it when it began to wait.</param>
    private readonly record struct Waited(TimeSpan At, TimeSpan Latency, long Lag)
    {
        /// <summary>As long as one waits behind so many more.</summary>
        public TimeSpan With(long lag) => Latency * Math.Max(1, (double)lag / Lag);
    }
}
