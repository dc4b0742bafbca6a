using System.Globalization;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Clocks;

/// <summary>Whether clocks differ by no more than the tolerance, and whether everybody reckons with the same one.</summary>
public sealed class ClockCheck(ClockWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (tolerance, setting, _) = watch.Tolerance;
        var data = HealthData.Of(setting, Docs.Clocks);
        List<string> wrong =
        [
            .. watch.Differences.Where(difference => difference.Exceeds(tolerance)).Select(difference => string.Create(
                CultureInfo.InvariantCulture,
                $"The clock of silo {difference.Reading.Silo} on machine {difference.Reading.Machine} is {Math.Abs(difference.Ahead.TotalSeconds):0.###} s "
                    + $"{(difference.Ahead > TimeSpan.Zero ? "ahead of" : "behind")} this one on {Environment.MachineName}; at most "
                    + $"{tolerance.TotalSeconds:0.###} s is allowed.")),
            .. watch.Differences.Where(difference => difference.Reading.Tolerance > tolerance).Select(difference => string.Create(
                CultureInfo.InvariantCulture,
                $"Silo {difference.Reading.Silo} allows clocks to differ by {difference.Reading.Tolerance.TotalSeconds:0.###} s, this process by "
                    + $"{tolerance.TotalSeconds:0.###} s only: it would call outcomes known too early.")),
        ];
        return Task.FromResult(watch.IsBeyondLimit ? HealthCheckResult.Unhealthy($"Commands are refused. {string.Join(' ', wrong)}", data: data)
            : wrong.Count == 0 ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded(string.Join(' ', wrong), data: data));
    }
}
