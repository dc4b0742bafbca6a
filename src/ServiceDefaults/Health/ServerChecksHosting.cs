using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>Health checks of the servers that a process's configuration names.</summary>
public static class ServerChecksHosting
{
    /// <summary>The connection to Redis and check <c>redis</c>, where <c>Orleans:Clustering</c> is on Redis.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="missing">What a Redis that does not answer means for this process, now.</param>
    /// <param name="tags">What the check decides.</param>
    public static IHostApplicationBuilder AddRedisCheck(
        this IHostApplicationBuilder builder, Func<IServiceProvider, HealthStatus> missing, params string[] tags)
    {
        var clustering = builder.Configuration.GetSection("Orleans:Clustering");
        if (clustering["ProviderType"] != "Redis" || ConnectionOf(builder.Configuration, clustering) is not var (setting, connectionString)) return builder;
        builder.Services.AddSingleton(_ => new RedisConnection(RedisConnection.Read(setting, connectionString, "jobrequests-silo")));
        builder.Services.AddSingleton(provider => new RedisPing(provider.GetRequiredService<RedisConnection>(), setting, () => missing(provider)));
        builder.Services.AddHealthChecks().AddCheck<RedisPing>("redis", tags: tags);
        return builder;
    }

    /// <summary>Check <c>kafka</c>, where streams of <c>Orleans:Streaming</c> are on Kafka: the brokers answer and have their topics.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="missing">What a Kafka that does not answer means for this process.</param>
    /// <param name="tags">What the check decides.</param>
    public static IHostApplicationBuilder AddKafkaCheck(this IHostApplicationBuilder builder, HealthStatus missing, params string[] tags)
    {
        if (KafkaSettings.Of(builder.Configuration) is not { } kafka) return builder;
        builder.Services.AddSingleton(_ => new KafkaTopicsCheck(kafka.Client, kafka.Topics, kafka.Setting));
        builder.Services.AddHealthChecks().AddCheck<KafkaTopicsCheck>("kafka", missing, tags);
        return builder;
    }

    // As Orleans reads it: a connection string of its own, or the name of one.
    internal static (string Setting, string Value)? ConnectionOf(IConfiguration configuration, IConfigurationSection provider)
    {
        if (provider["ConnectionString"] is { Length: > 0 } own) return ($"{provider.Path}:ConnectionString", own);
        return provider["ConnectionName"] is { Length: > 0 } name && configuration.GetConnectionString(name) is { Length: > 0 } value
            ? ($"ConnectionStrings:{name}", value) : null;
    }
}
