using JobRequests.ServiceDefaults;
using StackExchange.Redis;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>Begins the connection when the process starts, so that its first requests find one. The process starts without Redis, too.</summary>
internal sealed partial class RedisStart(RedisConnection redis, TimeProvider time, ILogger<RedisStart> logger) : IHostedService
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await redis.ConnectAsync().WaitAsync(StartTimeout, time, cancellationToken);
            if (!connection.IsConnected) StartsWithout(logger, null, redis.Endpoints);
        }
        catch (Exception exception) when (exception is TimeoutException or RedisException)
        {
            StartsWithout(logger, exception, redis.Endpoints);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "Redis at {Endpoints} cannot be reached yet: starting without it.")]
    private static partial void StartsWithout(ILogger logger, Exception? exception, string endpoints);
}
