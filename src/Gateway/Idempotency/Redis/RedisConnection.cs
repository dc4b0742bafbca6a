using JobRequests.ServiceDefaults;
using StackExchange.Redis;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>
/// The one connection of this process. It is begun when the process starts and comes back by itself; nobody waits for it longer
/// than for any other call, and the process starts without it.
/// </summary>
internal sealed partial class RedisConnection(ConfigurationOptions configuration, TimeProvider time, ILogger<RedisConnection> logger)
    : IHostedService, IAsyncDisposable
{
    // So that the first requests of a process find a connection, where there is one.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connecting;

    /// <summary>Where Redis is; without user and password.</summary>
    public string Endpoints { get; } = string.Join(",", configuration.EndPoints.Select(EndPointCollection.ToString));

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The connection string cannot be read.</exception>
    public static ConfigurationOptions Configure(string connectionString)
    {
        var configuration = RedisSettings.Read($"ConnectionStrings:{RedisCacheOptions.ConnectionName}", connectionString);
        configuration.AbortOnConnectFail = false;

        // What waits for a connection to come back would be too late anyway, and would then arrive all at once.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ConnectTimeout = Math.Min(configuration.ConnectTimeout, 1_000);
        configuration.AsyncTimeout = Math.Min(configuration.AsyncTimeout, 1_000);
        configuration.ReconnectRetryPolicy = new ExponentialRetry(250, 2_000);
        configuration.ClientName ??= "jobrequests-gateway";
        return configuration;
    }

    public Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            // Only a name that does not resolve, or the like, ends an attempt for good: the next call tries again.
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
                _connecting = Task.Run(() => ConnectionMultiplexer.ConnectAsync(configuration));
            return _connecting;
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectAsync().WaitAsync(StartTimeout, time, cancellationToken);
            if (connection.IsConnected) return;
        }
        catch (Exception exception) when (exception is TimeoutException or RedisException)
        {
            StartsWithout(logger, exception, Endpoints);
            return;
        }

        StartsWithout(logger, null, Endpoints);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? last;
        lock (_gate) last = _connecting;
        if (last is null) return;
        await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (last.IsCompletedSuccessfully) await last.Result.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Warning, "Redis at {Endpoints} cannot be reached yet: starting without it.")]
    private static partial void StartsWithout(ILogger logger, Exception? exception, string endpoints);
}
