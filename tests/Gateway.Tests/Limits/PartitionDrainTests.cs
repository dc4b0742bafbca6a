using JobRequests.Gateway.Limits;

namespace JobRequests.Gateway.Tests.Limits;

public sealed class PartitionDrainTests
{
    private static readonly AdmissionOptions Options = new() { SamplePeriod = TimeSpan.FromMilliseconds(250) };

    private readonly PartitionDrain _drain = new(Options);
    private readonly Queue<TimeSpan> _waiting = new();
    private long _written;
    private long _decided;
    private long _committed;
    private TimeSpan _now;

    [Fact]
    public void A_partition_that_keeps_up_predicts_no_wait()
    {
        for (var i = 0; i < 40; i++) Step(written: 10 * i, finished: Math.Max(0, 10 * (i - 2)));

        Assert.Equal((TimeSpan.Zero, false), (_drain.Predict(_now).Wait, _drain.Predict(_now).IsStalled));
    }

    [Fact]
    public void The_predicted_wait_is_backlog_by_rate()
    {
        // 400 a second come, 100 are finished.
        for (var i = 0; i < 40; i++) Step(written: 100 * i, finished: 25 * i);

        var forecast = _drain.Predict(_now);
        Assert.Equal(100 * 39 - (25 * 39), forecast.Lag);
        Assert.InRange(forecast.Rate, 95, 105);
        Assert.InRange(forecast.Wait.TotalSeconds, 27, 31);
    }

    [Fact]
    public void An_idle_past_does_not_count_as_a_slow_one()
    {
        for (var i = 0; i < 100; i++) Step(written: 1, finished: 1);
        for (var i = 1; i <= 8; i++) Step(written: 1 + (100 * i), finished: 1 + (25 * i));

        Assert.InRange(_drain.Predict(_now).Rate, 75, 105);
    }

    [Fact]
    public void Publications_since_the_last_sample_count()
    {
        for (var i = 0; i < 40; i++) Step(written: 100 * i, finished: 25 * i);
        var before = _drain.Predict(_now);

        for (var i = 0; i < 100; i++) _drain.Sent();

        Assert.Equal(before.Lag + 100, _drain.Predict(_now).Lag);
        Assert.True(_drain.Predict(_now).Wait > before.Wait);
    }

    [Fact]
    public void A_backlog_without_progress_is_stalled()
    {
        Step(written: 0, finished: 0);
        for (var i = 0; i < 50; i++) Step(written: 5, finished: 0);
        Assert.True(_drain.Predict(_now).IsStalled);

        Step(written: 5, finished: 5);
        Assert.Equal((TimeSpan.Zero, false), (_drain.Predict(_now).Wait, _drain.Predict(_now).IsStalled));
    }

    [Fact]
    public void While_silos_change_a_short_backlog_refuses_nobody()
    {
        for (var i = 0; i < 20; i++) Step(written: i, finished: i);
        var (written, finished) = (20, 19);

        // For three seconds nobody reads it; then a cold silo finishes fewer than come.
        for (var i = 0; i < 12; i++)
        {
            Step(written += 1, finished, isSettled: false);
            _drain.Answered(_now, TimeSpan.FromSeconds(4));
            Assert.Equal((TimeSpan.Zero, false), (_drain.Predict(_now).Wait, _drain.Predict(_now).IsStalled));
        }

        for (var i = 0; i < 14; i++)
        {
            Step(written += 1, finished += i % 4 / 3, isSettled: false);
            Assert.Equal((TimeSpan.Zero, false), (_drain.Predict(_now).Wait, _drain.Predict(_now).IsStalled));
        }

        Step(written += 1, finished += 1);
        Assert.True(_drain.Predict(_now).Wait > TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void While_silos_change_a_long_backlog_counts()
    {
        for (var i = 0; i < 40; i++) Step(written: 100 * i, finished: 25 * i, isSettled: false);

        Assert.InRange(_drain.Predict(_now).Wait.TotalSeconds, 27, 31);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10)]
    public void A_slow_partition_is_not_taken_for_a_stalled_one(int stepsBetweenCommits)
    {
        // 24 a second come, 8 are finished, seen every so often.
        const int Offered = 6, Finished = 2;
        for (var step = 0; step < 240; step++)
        {
            for (var i = 0; i < Offered; i++)
                if (_drain.Predict(_now).Wait <= TimeSpan.FromSeconds(1.9))
                    Send();
            Finish(Finished, isCommitted: step % stepsBetweenCommits == 0);

            // What is admitted is decided before its callers have gone.
            if (step > 100) Assert.InRange(_waiting.Count / 8.0, 0, 5);
        }

        Assert.InRange(_decided, 0.9 * Finished * 240, Finished * 240);
    }

    [Fact]
    public void One_record_that_is_stuck_does_not_stop_the_others()
    {
        Step(written: 0, finished: 0);
        for (var i = 1; i < 40; i++)
        {
            Step(written: 10 * i, finished: 3);
            _drain.Answered(_now, TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal((TimeSpan.FromMilliseconds(20), false), (_drain.Predict(_now).Wait, _drain.Predict(_now).IsStalled));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    public void A_patient_loop_is_not_refused_after_a_standstill(int callers)
    {
        // Each caller sends its next command when the last one is decided: 80 a second. Again and again nothing is decided for two seconds.
        for (var step = 0; step < 400; step++)
        {
            Finish(step % 40 >= 8 ? 20 : 0);
            Refill(callers, longestWait: 0.75);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void A_patient_loop_is_not_refused_for_late_commits(int stepsBetweenCommits)
    {
        // 12 callers and 12 decisions a second: each waits for 1 s. Much of what seems to wait is decided already.
        for (var step = 0; step < 400; step++)
        {
            Finish(3, isCommitted: step % stepsBetweenCommits == 0);
            Refill(12, longestWait: 1.3);
        }
    }

    [Fact]
    public void A_single_command_after_a_long_rest_is_no_backlog()
    {
        for (var i = 0; i < 100; i++) Step(written: 7, finished: 7);
        for (var i = 0; i < 3; i++) Step(written: 8, finished: 7);

        Assert.Equal(TimeSpan.Zero, _drain.Predict(_now).Wait);
    }

    [Fact]
    public void Another_log_is_measured_again()
    {
        for (var i = 0; i < 50; i++) Step(written: 100 * i, finished: 0);
        Assert.True(_drain.Predict(_now).IsStalled);

        Step(written: 3, finished: 0);

        Assert.Equal((3, TimeSpan.Zero, false), ((int)_drain.Predict(_now).Lag, _drain.Predict(_now).Wait, _drain.Predict(_now).IsStalled));
    }

    private void Refill(int callers, double longestWait)
    {
        while (_waiting.Count < callers)
        {
            Assert.InRange(_drain.Predict(_now).Wait.TotalSeconds, 0, longestWait);
            Send();
        }
    }

    private void Send()
    {
        _written++;
        _waiting.Enqueue(_now);
        _drain.Sent();
    }

    /// <summary>A sample period later so many more are decided and answered.</summary>
    private void Finish(int most, bool isCommitted = true)
    {
        for (var answered = _now + Options.SamplePeriod; most > 0 && _waiting.TryDequeue(out var since); most--)
        {
            _decided++;
            _drain.Answered(answered, answered - since);
        }

        if (isCommitted) _committed = _decided;
        Step(_written, _committed);
    }

    private void Step(long written, long finished, bool isSettled = true)
    {
        _now += Options.SamplePeriod;
        _drain.Observe(_now, written, finished, isSettled);
    }
}
