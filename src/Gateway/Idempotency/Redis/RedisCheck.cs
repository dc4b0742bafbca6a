using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>Without Redis the gateway does all of its work, only slower: never more than degraded.</summary>
internal sealed class RedisCheck(RedisConnection connection, IOptions<RedisCacheOptions> options, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await PingAsync().WaitAsync(options.Value.RedisTimeout, time, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded(
                $"Redis at {connection.Endpoints} does not answer within {options.Value.RedisTimeout.TotalMilliseconds:0} ms.", exception);
        }
    }

    private async Task PingAsync()
    {
        var redis = await connection.ConnectAsync();
        await redis.GetDatabase().PingAsync();
    }
}
