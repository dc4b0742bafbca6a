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
/// is behind and moves: one that keeps up finishes as much as comes, and one that stands still for seconds is being handed over from one
/// silo to another; neither says anything about what it could finish.
/// </summary>
internal sealed class PartitionDrain(AdmissionOptions options)
{
    // An answer to a command of ours is news for this long.
    private static readonly TimeSpan News = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly LinkedList<Sample> samples = new();
    private TimeSpan? behindSince;
    private TimeSpan progressedAt;
    private TimeSpan movingSince;
    private TimeSpan? takenOverAt;
    private long sentSince;
    private (TimeSpan At, TimeSpan Latency)? answered;

    /// <param name="at">The moment, on a clock of any origin.</param>
    /// <param name="written">See <see cref="PartitionBacklog"/>.</param>
    /// <param name="finished">Likewise.</param>
    public void Observe(TimeSpan at, long written, long finished)
    {
        lock (gate)
        {
            // Offsets that go back are those of another log, or were rewound: what was measured says nothing about them.
            if (samples.Last is { Value: var last } && (written < last.Written || finished < last.Finished)) Forget();
            if (samples.Last is not { Value: var before })
            {
                movingSince = progressedAt = at;
            }
            else if (finished > before.Finished)
            {
                if (at - progressedAt >= Standstill)
                {
                    movingSince = before.At;
                    if (behindSince is not null) takenOverAt = at;
                }

                progressedAt = at;
            }

            samples.AddLast(new Sample(at, written, finished));
            sentSince = 0;

            var reference = LatestBefore(at - options.BehindAfter);
            var isBehind = reference is { } old && finished < old.Written;
            behindSince = isBehind ? behindSince ?? reference!.Value.At : null;
            while (samples.First?.Next is { Value.At: var second } && second <= at - options.Window && second <= at - options.BehindAfter) samples.RemoveFirst();
        }
    }

    /// <summary>A command was handed over that the last sample does not know.</summary>
    public void Sent()
    {
        lock (gate) sentSince++;
    }

    /// <summary>A command that went through the partition was decided.</summary>
    public void Answered(TimeSpan at, TimeSpan latency)
    {
        lock (gate) answered = (at, latency);
    }

    public Forecast Predict(TimeSpan now)
    {
        lock (gate)
        {
            if (samples.Last is not { Value: var last }) return default;
            var lag = Math.Max(0, last.Written - last.Finished) + sentSince;
            if (behindSince is not { } since) return new Forecast(lag, 0, TimeSpan.Zero, IsStalled: false);

            var stillFor = now - progressedAt;

            // One record that cannot be finished holds the committed offset; those behind it are decided all the same.
            if (stillFor > News && answered is { } answer && now - answer.At < News) return new Forecast(lag, 0, lag < options.LeastLag ? TimeSpan.Zero : answer.Latency, IsStalled: false);
            if (stillFor >= options.StallAfter) return new Forecast(lag, 0, Later(stillFor, now - since), IsStalled: true);
            // Nor does a silo that has just taken it over, and is still cold, show what it can.
            if (stillFor >= Standstill || now - takenOverAt < options.Window) return new Forecast(lag, 0, TimeSpan.Zero, IsStalled: false);

            var start = LatestBefore(Later(Later(since, movingSince), last.At - options.Window)) ?? samples.First!.Value;
            var span = last.At - start.At;
            var rate = span < options.BehindAfter ? 0 : (last.Finished - start.Finished) / span.TotalSeconds;
            if (rate <= 0) return new Forecast(lag, 0, TimeSpan.Zero, IsStalled: false);
            if (lag < options.LeastLag) return new Forecast(lag, rate, TimeSpan.Zero, IsStalled: false);
            var seconds = lag / rate;
            return new Forecast(lag, rate, seconds < Forecast.LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Forecast.LongestWait, IsStalled: false);
        }
    }

    // Silos commit about twice a second: between two commits a partition only seems to stand still.
    private TimeSpan Standstill => 2 * options.BehindAfter;

    private Sample? LatestBefore(TimeSpan at)
    {
        for (var sample = samples.Last; sample is not null; sample = sample.Previous)
            if (sample.Value.At <= at)
                return sample.Value;
        return null;
    }

    private void Forget()
    {
        samples.Clear();
        behindSince = null;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private readonly record struct Sample(TimeSpan At, long Written, long Finished);
}
