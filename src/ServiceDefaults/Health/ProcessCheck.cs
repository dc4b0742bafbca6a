using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace JobRequests.ServiceDefaults;

/// <summary>A process takes requests when it has started, and none any more when it stops.</summary>
internal sealed class ProcessCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("The process is stopping.", data: HealthData.Of("Drain:Notice", Docs.Stopping))
        : !lifetime.ApplicationStarted.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("The process is starting.", data: HealthData.Of("Urls", Docs.StartFailures))
        : HealthCheckResult.Healthy());
}
