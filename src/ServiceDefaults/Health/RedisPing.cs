using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace JobRequests.ServiceDefaults;

/// <summary>Whether Redis answers. One that is slow is reported as degraded: it still works.</summary>
/// <param name="redis">The connection.</param>
/// <param name="setting">Where it comes from.</param>
/// <param name="missing">What it means that Redis does not answer.</param>
public sealed class RedisPing(RedisConnection redis, string setting, Func<HealthStatus> missing) : IHealthCheck
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = HealthData.Of(setting, Docs.Redis);
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            var multiplexer = await redis.ConnectAsync().WaitAsync(AnswerTimeout, cancellationToken);
            await multiplexer.GetDatabase().PingAsync().WaitAsync(AnswerTimeout, cancellationToken);
            var took = Stopwatch.GetElapsedTime(startedAt);
            return took < Slow
                ? HealthCheckResult.Healthy(data: data)
                : HealthCheckResult.Degraded($"Redis took {took.TotalMilliseconds:F0} ms to answer.", data: data);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new HealthCheckResult(missing(), WhatWasSeen(exception), exception, data);
        }
    }

    private static string WhatWasSeen(Exception exception) => exception switch
    {
        TimeoutException => $"Redis did not answer within {AnswerTimeout.TotalSeconds:F0} s.",
        RedisServerException => "Redis refused the question; it may ask for a password.",
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => "Redis refused the user or password.",
        RedisConnectionException { FailureType: var kind } => $"Redis cannot be reached: {kind}.",
        _ => $"Redis cannot be used: {exception.GetType().Name}.",
    };
}
