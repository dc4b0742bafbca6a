using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.ServiceDefaults;

/// <summary>Notices that this machine's clock was set: the time of day has moved otherwise than the time that has passed.</summary>
public sealed partial class ClockSteps(TimeProvider clock, ILogger<ClockSteps> logger) : BackgroundService
{
    /// <summary>How often the two are compared.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How long a step is reported.</summary>
    public static readonly TimeSpan Reported = TimeSpan.FromMinutes(1);

    // A clock that is corrected smoothly never moves so far within a period.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private ClockReadings _last = ClockReadings.Of(clock);
    private ClockStep? _step;

    /// <summary>The last step, as long as it is reported.</summary>
    public ClockStep? Latest => Volatile.Read(ref _step) is { } step && clock.GetElapsedTime(step.SeenAt) < Reported ? step : null;

    /// <summary>Compares once.</summary>
    public void Look()
    {
        var now = ClockReadings.Of(clock);
        // The process stood still between the two readings: they are of two moments.
        if (clock.GetElapsedTime(now.Timestamp) > Least) return;
        var by = now.TimeOfDay - _last.TimeOfDay - clock.GetElapsedTime(_last.Timestamp, now.Timestamp);
        _last = now;
        if (by.Duration() < Least) return;
        Volatile.Write(ref _step, new ClockStep(by, now.Timestamp));
        LogStep(Environment.MachineName, Math.Round(by.TotalSeconds, 3), Docs.Clocks);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "The clock of this machine, {Machine}, was set {Seconds} s ahead (negative: back). Deadlines are judged by the time it shows now. See {Docs}.")]
    private partial void LogStep(string machine, double seconds, string docs);

    private readonly record struct ClockReadings(long Timestamp, DateTimeOffset TimeOfDay)
    {
        public static ClockReadings Of(TimeProvider clock) => new(clock.GetTimestamp(), clock.GetUtcNow());
    }
}

/// <param name="By">How far the clock was set ahead; negative where it was set back.</param>
/// <param name="SeenAt">Timestamp at which that was noticed.</param>
public sealed record ClockStep(TimeSpan By, long SeenAt);

/// <summary>Whether this machine's clock was set a short while ago.</summary>
public sealed class ClockStepCheck(ClockSteps steps) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (steps.Latest is not { By: var by }) return Task.FromResult(HealthCheckResult.Healthy());
        var description = string.Create(
            CultureInfo.InvariantCulture,
            $"The clock of this machine, {Environment.MachineName}, was set {by.Duration().TotalSeconds:0.###} s {(by > TimeSpan.Zero ? "ahead" : "back")} "
                + $"within the last minute. Deadlines are judged by the time it shows now.");
        return Task.FromResult(HealthCheckResult.Degraded(description, data: new Dictionary<string, object> { [HealthData.Docs] = Docs.Clocks }));
    }
}
