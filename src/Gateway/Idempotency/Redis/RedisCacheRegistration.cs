using JobRequests.Gateway.Idempotency.Redis;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Lets gateways share one idempotency cache.</summary>
public static class RedisCacheRegistration
{
    // "ConnectionStrings": { "redis": "localhost:6379,password=…" }
    // "Gateway": { "RedisTimeout": "00:00:00.050", "RedisBreak": "00:00:02", "RedisKeyPrefix": "jobrequests" }

    /// <summary>
    /// Keeps the idempotency cache of the gateway in the Redis of the connection string <c>redis</c>. Where there is no such connection
    /// string nothing changes: each gateway has a ledger of its own.
    /// </summary>
    /// <exception cref="OptionsValidationException">The connection string cannot be read.</exception>
    public static TBuilder AddRedisIdempotencyCache<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var connectionString = builder.Configuration.GetConnectionString(RedisCacheOptions.ConnectionName);
        if (string.IsNullOrWhiteSpace(connectionString)) return builder;

        var configuration = Configure(connectionString);
        var services = builder.Services;
        services.AddOptions<RedisCacheOptions>().BindConfiguration(RedisCacheOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedisCacheOptions>, RedisCacheOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new RedisConnection(configuration));
        services.AddHostedService<RedisStart>();
        services.AddJobRecords();
        services.AddSingleton<RedisCacheTelemetry>();
        services.AddSingleton<RedisCalls>();
        services.Replace(ServiceDescriptor.Singleton<IIdempotencyCache, RedisIdempotencyCache>());
        services.AddHealthChecks().AddCheck<RedisCheck>("redis", tags: [HealthTags.Ready]);
        return builder;
    }

    /// <summary>Callers wait for the cache: what takes longer than a second is of no use.</summary>
    internal static ConfigurationOptions Configure(string connectionString)
    {
        var configuration = RedisConnection.Read($"ConnectionStrings:{RedisCacheOptions.ConnectionName}", connectionString, "jobrequests-gateway");
        configuration.ConnectTimeout = Math.Min(configuration.ConnectTimeout, 1_000);
        configuration.AsyncTimeout = Math.Min(configuration.AsyncTimeout, 1_000);
        return configuration;
    }
}
