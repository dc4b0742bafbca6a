using JobRequests.Domain;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>A clock that was an hour ahead for one command, and is right again.</summary>
public sealed class SteppedClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Workbench _bench = new();

    [Fact]
    public void After_the_clock_ran_ahead_it_judges_commands_again()
    {
        _bench.Create();
        var right = _bench.Now;
        _bench.Clock.AdjustTime(right + Hour);
        Success(_bench.Execute(_bench.Decline("bob")));
        _bench.Clock.AdjustTime(right);

        Success(_bench.Execute(_bench.Accept("ann")));
        Success(_bench.Execute(_bench.Cancel()));

        Assert.Equal(_bench.Document.Events.Select(stored => stored.At).Order(), _bench.Document.Events.Select(stored => stored.At));
        Assert.Equal(right + Hour, _bench.Document.Events[^1].At);
        Assert.Equal(right, _bench.Document.Requests[^1].At);
    }

    [Fact]
    public void A_job_does_not_expire_because_a_clock_ran_ahead()
    {
        var right = _bench.Now;
        _bench.Create(expiresAt: right.AddMinutes(90));
        _bench.Clock.AdjustTime(right.AddMinutes(80));
        Success(_bench.Execute(_bench.Decline("bob")));
        _bench.Clock.AdjustTime(right.AddMinutes(20));
        Success(_bench.Execute(_bench.Decline("cid")));

        _bench.Clock.AdjustTime(right.AddMinutes(90));
        _bench.Wake();

        Assert.Equal(
            (4, nameof(JobStatus.Expired), right.AddMinutes(90)), (_bench.Document.State.Version, _bench.Document.State.Status, _bench.Document.Events[^1].At));
    }

    [Fact]
    public void Orleans_time_never_goes_back()
    {
        var passing = new FakeTimeProvider();
        var time = new Ahead(passing);
        var steady = new SteadyClock(time);
        var start = time.GetUtcNow();

        time.By = Hour;
        Assert.Equal(start + Hour, steady.GetUtcNow());
        time.By = TimeSpan.Zero;
        passing.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(start + Hour + TimeSpan.FromMinutes(1), steady.GetUtcNow());
    }

    [Fact]
    public async Task A_process_reports_a_clock_step_once_and_recovers()
    {
        var (passing, warnings) = (new FakeTimeProvider(), new Warnings<ClockSteps>());
        var time = new Ahead(passing);
        using var steps = new ClockSteps(time, warnings);
        var check = new ClockStepCheck(steps);
        async Task<HealthCheckResult> LookAsync(TimeSpan passed)
        {
            passing.Advance(passed);
            steps.Look();
            return await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(HealthStatus.Healthy, (await LookAsync(TimeSpan.FromSeconds(30))).Status);
        time.By = TimeSpan.FromSeconds(-150);
        var degraded = await LookAsync(ClockSteps.Period);
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.Contains("was set 150 s back", degraded.Description);
        Assert.Equal(HealthStatus.Degraded, (await LookAsync(ClockSteps.Period)).Status);

        Assert.Equal(HealthStatus.Healthy, (await LookAsync(ClockSteps.Reported)).Status);
        Assert.Contains("-150 s", Assert.Single(warnings.Texts));
    }
}
