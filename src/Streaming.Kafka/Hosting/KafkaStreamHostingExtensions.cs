using JobRequests.Streaming.Kafka;
using JobRequests.Streaming.Kafka.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Orleans.Hosting;

// {
//   "ConnectionStrings": { "kafka": "broker-1:9092,broker-2:9092" },
//   "Orleans": {
//     "Streaming": {
//       "<name>": {
//         "ProviderType": "Kafka", "ConnectionName": "kafka", "Topic": "orders", "ConsumerGroup": "shop", "DeadLetterTopic": "orders.dead-letter",
//         "ExpectedPartitions": 12, "Client": { "security.protocol": "SASL_SSL" }, "Producer": { }, "Consumer": { }
//       }
//     }
//   }
// }

/// <summary>Registers streams over Kafka topics.</summary>
public static class KafkaStreamHostingExtensions
{
    /// <summary>Produces and consumes.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The stream provider's name.</param>
    /// <param name="configure">Its settings, and those of Orleans' pulling agents.</param>
    public static ISiloBuilder AddKafkaStreams(this ISiloBuilder builder, string name, Action<SiloKafkaStreamConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddKeyedSingleton(name, static (services, key) => new KafkaStreamStatus(Factory(services, (string)key!)));
        builder.Services.AddKeyedSingleton(name, static (services, key) => new KafkaDeadLettering((string)key!, services));
        // One for all providers of the silo.
        if (builder.Services.All(static service => service.ServiceType != typeof(KafkaStreamRegistration)))
            builder.Services.AddSingleton<IConfigurationValidator, KafkaSharedTopicValidator>().AddGrainService<KafkaDeadLetterService>();
        configure(new SiloKafkaStreamConfigurator(name, builder));
        return builder;
    }

    /// <summary>Produces and consumes.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The stream provider's name.</param>
    /// <param name="configure">Its settings.</param>
    public static ISiloBuilder AddKafkaStreams(this ISiloBuilder builder, string name, Action<OptionsBuilder<KafkaStreamOptions>>? configure = null) =>
        builder.AddKafkaStreams(name, (SiloKafkaStreamConfigurator kafka) => kafka.ConfigureKafka(configure ?? (static _ => { })));

    /// <summary>Produces; consumes, where explicit subscriptions are allowed.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="name">The stream provider's name.</param>
    /// <param name="configure">Its settings.</param>
    public static IClientBuilder AddKafkaStreams(this IClientBuilder builder, string name, Action<ClusterClientKafkaStreamConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        configure(new ClusterClientKafkaStreamConfigurator(name, builder));
        return builder;
    }

    /// <summary>Produces only.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="name">The stream provider's name.</param>
    /// <param name="configure">Its settings.</param>
    public static IClientBuilder AddKafkaStreams(this IClientBuilder builder, string name, Action<OptionsBuilder<KafkaStreamOptions>>? configure = null) =>
        builder.AddKafkaStreams(name, (ClusterClientKafkaStreamConfigurator kafka) => kafka.ConfigureKafka(configure ?? (static _ => { })));

    /// <summary>Adds a check that asks the brokers for the topics of a provider, and whether this silo's consumer reads.</summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The stream provider's name.</param>
    /// <param name="failureStatus">What a failure counts as; by default <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags to select the check by.</param>
    public static IHealthChecksBuilder AddKafkaStreams(
        this IHealthChecksBuilder builder, string name, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(
            new HealthCheckRegistration($"kafka-{name}", services => new KafkaStreamHealthCheck(name, () => Factory(services, name)), failureStatus, tags));
    }

    private static KafkaStreamAdapterFactory Factory(IServiceProvider services, string name) =>
        (KafkaStreamAdapterFactory)services.GetRequiredKeyedService<IQueueAdapterFactory>(name);
}
