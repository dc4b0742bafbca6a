using JobRequests.Grains.Abstractions;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>What a silo says of itself.</summary>
internal static class SiloChecks
{
    /// <summary>Checks <c>cluster</c>, and for each stream on Kafka that its consumer reads.</summary>
    public static IHostApplicationBuilder AddSiloChecks(this IHostApplicationBuilder builder)
    {
        var checks = builder.Services.AddHealthChecks().AddCheck<SiloCheck>("cluster", tags: [HealthTags.Ready]);
        foreach (var stream in new[] { StreamNames.Requests, StreamNames.FinalEvents })
            if (builder.Configuration[$"Orleans:Streaming:{stream}:ProviderType"] == "Kafka")
                checks.AddKafkaStreams(stream, tags: [HealthTags.Ready]);
        if (builder.Configuration[$"Orleans:Streaming:{StreamNames.Requests}:ProviderType"] == "Kafka") checks.AddRecordSignatures(HealthTags.Ready);
        return builder;
    }

    /// <summary>A silo joins by Redis. Once it has, it does its work without: only joining and leaving wait.</summary>
    public static HealthStatus RedisMissing(IServiceProvider services) =>
        IsMember(services.GetRequiredService<ISiloStatusOracle>()) ? HealthStatus.Degraded : HealthStatus.Unhealthy;

    internal static bool IsMember(ISiloStatusOracle oracle) => oracle.CurrentStatus == SiloStatus.Active;
}

/// <summary>Whether this silo takes part in the cluster.</summary>
internal sealed class SiloCheck(ISiloStatusOracle oracle) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = HealthData.Of("Orleans:Clustering", Docs.Cluster);
        return Task.FromResult(SiloChecks.IsMember(oracle)
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Unhealthy(
                $"This silo is {(oracle.CurrentStatus == SiloStatus.None ? "not in the cluster yet" : oracle.CurrentStatus.ToString())}.", data: data));
    }
}
