using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Gateway.Hosting;

/// <summary>Ready means that the cluster answers.</summary>
internal sealed class ClusterCheck(IJobRequests jobs, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);
    private static readonly IReadOnlyDictionary<string, object> Data = HealthData.Of("Orleans:Clustering", ServiceDefaults.Docs.Cluster);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await jobs.PingAsync().WaitAsync(AnswerTimeout, time, cancellationToken);
            return HealthCheckResult.Healthy(data: Data);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy(exception is ClusterUnavailableException ? exception.Message : "The cluster does not answer.", exception, Data);
        }
    }
}
