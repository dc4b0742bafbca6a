using JobRequests.Gateway.JobRequests;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Gateway.Hosting;

/// <summary>Whether the process lives, and whether it can do its work.</summary>
internal static class Health
{
    /// <summary>Checks with this tag decide whether the process gets requests.</summary>
    private const string ReadyTag = "ready";

    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks().AddCheck<ClusterCheck>("cluster", tags: [ReadyTag]);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false }).AllowAnonymous();
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains(ReadyTag) }).AllowAnonymous();
    }
}

/// <summary>Ready means that the cluster answers.</summary>
internal sealed class ClusterCheck(IJobRequests jobs, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await jobs.PingAsync().WaitAsync(Patience, time, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The cluster does not answer.", exception);
        }
    }
}
