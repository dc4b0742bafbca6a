using System.Diagnostics.Metrics;
using JobRequests.Clocks;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>Clocks are compared: two silos, one of which lives ten minutes in the future.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Off = TimeSpan.FromMinutes(10);

    private readonly Warnings<ClockWatch> _warnings = new();

    [Fact]
    public async Task A_wrong_silo_clock_is_named_measured_and_warned_once()
    {
        var (started, clock) = (0, new Ahead());
        await using var cluster = await JobCluster.StartAsync(silos: 2, configure: silo =>
        {
            if (Interlocked.Increment(ref started) == 2) silo.Services.AddSingleton<TimeProvider>(clock);
        });
        // Orleans lets no silo join whose clock is off by so much; one that has joined goes on.
        clock.By = Off;
        var off = cluster.Cluster.Silos.Single(silo => silo.ServiceProvider.GetRequiredService<TimeProvider>() is Ahead).Name;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            { if (instrument.Name == "jobrequests.clock_skew") listener.EnableMeasurementEvents(instrument); }
        };
        var gauge = new Dictionary<string, double>();
        listener.SetMeasurementEventCallback<double>(
            (_, seconds, tags, _) => gauge[tags.ToArray().Single(tag => tag.Key == "silo").Value!.ToString()!] = seconds);
        listener.Start();
        using var watch = Watch(cluster, TimeProvider.System);

        await watch.CompareAsync(TestContext.Current.CancellationToken);
        await watch.CompareAsync(TestContext.Current.CancellationToken);

        var difference = Assert.Single(watch.Differences, difference => difference.Exceeds(TimeSpan.FromSeconds(2)));
        Assert.Equal((off, Environment.MachineName), (difference.Reading.Silo, difference.Reading.Machine));
        Assert.InRange(difference.Ahead, Off - TimeSpan.FromSeconds(5), Off + TimeSpan.FromSeconds(5));
        Assert.Equal(2, watch.Differences.Count);
        var warning = Assert.Single(_warnings.Texts);
        Assert.Contains($"silo {off} on machine {Environment.MachineName} is 6", warning);
        Assert.Contains("docs/operations.md#clocks", warning);
        listener.RecordObservableInstruments();
        Assert.InRange(gauge[off], 595, 605);

        var health = await new ClockCheck(watch).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        Assert.Equal((HealthStatus.Degraded, false), (health.Status, watch.IsBeyondLimit));
        Assert.Contains($"silo {off} on machine {Environment.MachineName}", health.Description);
        Assert.Contains("ahead", health.Description);

        // A process whose own clock is off sees the others behind; one that reckons with less than the silos is told so.
        using var ahead = Watch(cluster, new Ahead { By = Off });
        await ahead.CompareAsync(TestContext.Current.CancellationToken);
        Assert.True(Assert.Single(ahead.Differences, other => other.Exceeds(TimeSpan.FromSeconds(2))).Ahead < TimeSpan.Zero);
        using var strict = Watch(cluster, TimeProvider.System, TimeSpan.FromSeconds(1));
        await strict.CompareAsync(TestContext.Current.CancellationToken);
        Assert.Contains(
            "allows clocks to differ by 2 s, this process by 1 s only",
            (await new ClockCheck(strict).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Description);
    }

    [Fact]
    public async Task A_process_whose_clock_no_silo_shares_is_not_ready()
    {
        await using var cluster = await JobCluster.StartAsync(silos: 1);
        using var behind = Watch(cluster, new Ahead { By = -Off });

        await behind.CompareAsync(TestContext.Current.CancellationToken);

        Assert.True(behind.IsBeyondLimit);
        var health = await new ClockCheck(behind).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("Commands are refused. The clock of silo", health.Description);
    }

    [Fact]
    public void A_slow_answer_is_no_evidence_of_a_wrong_clock()
    {
        var now = DateTimeOffset.UtcNow;
        ClockDifference Of(TimeSpan ahead, TimeSpan took) => ClockDifference.Of(new ClockReading("m", "s", now + (took / 2) + ahead, TimeSpan.Zero), now, took);

        Assert.False(Of(TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(2)).Exceeds(TimeSpan.FromSeconds(2)));
        Assert.True(Of(TimeSpan.FromSeconds(2.5), TimeSpan.FromMilliseconds(10)).Exceeds(TimeSpan.FromSeconds(2)));
        Assert.True(Of(TimeSpan.FromSeconds(-2.5), TimeSpan.FromMilliseconds(10)).Exceeds(TimeSpan.FromSeconds(2)));
        Assert.Equal(TimeSpan.FromSeconds(-2.5), Of(TimeSpan.FromSeconds(-2.5), TimeSpan.FromMilliseconds(10)).Ahead);
    }

    private ClockWatch Watch(JobCluster cluster, TimeProvider clock, TimeSpan? tolerance = null)
    {
        var services = cluster.Cluster.Silos[0].ServiceProvider;
        return new ClockWatch(
            services.GetRequiredService<IGrainFactory>(),
            new ClockTolerance(tolerance ?? TimeSpan.FromSeconds(2), "Jobs:ClockTolerance", Limit: TimeSpan.FromSeconds(30)), clock,
            services.GetRequiredService<IMeterFactory>(), _warnings);
    }
}
