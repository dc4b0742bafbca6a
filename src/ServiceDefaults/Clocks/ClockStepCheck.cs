using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.ServiceDefaults;

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
