using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers the check <c>cluster</c>.</summary>
internal static class SiloCheckHosting
{
    public static IHostApplicationBuilder AddSiloCheck(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck<SiloCheck>("cluster", tags: [HealthTags.Ready]);
        return builder;
    }
}

/// <summary>Whether this silo takes part in the cluster.</summary>
internal sealed class SiloCheck(ISiloStatusOracle oracle) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = HealthData.Of("Orleans:Clustering", Docs.Cluster);
        return Task.FromResult(oracle.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Unhealthy($"This silo is {(oracle.CurrentStatus == SiloStatus.None ? "not in the cluster yet" : oracle.CurrentStatus.ToString())}.", data: data));
    }
}
