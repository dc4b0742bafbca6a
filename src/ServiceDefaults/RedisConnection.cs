using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace JobRequests.ServiceDefaults;

/// <summary>
/// A process's one connection to Redis. It is begun by who needs it first and comes back by itself. Who got it from here does not dispose it.
/// </summary>
public sealed class RedisConnection(ConfigurationOptions configuration) : IDisposable
{
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connecting;

    /// <summary>Where Redis is; without user and password.</summary>
    public string Endpoints { get; } = string.Join(",", configuration.EndPoints.Select(EndPointCollection.ToString));

    /// <param name="setting">Where the text comes from.</param>
    /// <param name="connectionString">Its text.</param>
    /// <param name="clientName">What Redis calls this process, unless the text says it.</param>
    /// <exception cref="OptionsValidationException">It cannot be read. It is not repeated: it may hold a password.</exception>
    public static ConfigurationOptions Read(string setting, string connectionString, string clientName)
    {
        try
        {
            var configuration = ConfigurationOptions.Parse(connectionString);
            configuration.AbortOnConnectFail = false;
            // What waits for a connection to come back would be too late anyway, and would then arrive all at once.
            configuration.BacklogPolicy = BacklogPolicy.FailFast;
            configuration.ReconnectRetryPolicy = new ExponentialRetry(250, 2_000);
            configuration.ClientName ??= clientName;
            if (configuration.EndPoints.Count > 0) return configuration;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // The driver's words repeat the text.
        }

        throw new OptionsValidationException(
            "", typeof(RedisConnection),
            [$"{setting} cannot be read: write host:port, several separated by commas, then options such as password=… or ssl=true."]);
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

    // An attempt under way still ends, and is given up then.
    public void Dispose()
    {
        lock (_gate)
            _connecting?.ContinueWith(
                static connected => connected.Result.Dispose(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
