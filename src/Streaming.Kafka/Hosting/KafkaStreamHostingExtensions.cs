using JobRequests.Streaming.Kafka;
using JobRequests.Streaming.Kafka.Streams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace Orleans.Hosting;

// {
//   "ConnectionStrings": { "kafka": "broker-1:9092,broker-2:9092" },
//   "Orleans": {
//     "Streaming": {
//       "<name>": {
//         "ProviderType": "Kafka", "ConnectionName": "kafka", "Topic": "orders", "ConsumerGroup": "shop", "ParkedTopic": "orders.parked",
//         "ExpectedPartitions": 12, "Client": { "security.protocol": "SASL_SSL" }, "Producer": { }, "Consumer": { }
//       }
//     }
//   }
// }

/// <summary>Registers streams over Kafka topics. Subscriptions are implicit only; request contexts do not travel.</summary>
public static class KafkaStreamHostingExtensions
{
    /// <summary>Produces and consumes.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The stream provider's name.</param>
    /// <param name="configure">Its settings.</param>
    public static ISiloBuilder AddKafkaStreams(this ISiloBuilder builder, string name, Action<OptionsBuilder<KafkaStreamOptions>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddOptions(builder.Services, name, isSilo: true, configure);
        builder.Services.AddKeyedSingleton(name, static (services, key) => new KafkaStreamStatus(Factory(services, (string)key!)));
        builder.Services.AddKeyedSingleton(name, static (services, key) => new KafkaParking((string)key!, services));
        // One for all providers of the silo.
        if (builder.Services.All(static service => service.ServiceType != typeof(ParkingRegistration)))
            builder.Services.AddSingleton(new ParkingRegistration()).AddGrainService<KafkaParkingService>();
        builder.AddPersistentStreams(name, static (services, provider) => KafkaStreamAdapterFactory.Create(services, provider, isSilo: true), streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitionBalancing(KafkaQueueBalancer.Create);
            streams.ConfigureBackoffProvider(static (_, _) => (IMessageDeliveryBackoffProvider)new DeliveryBackoff());
            streams.ConfigureBackoffProvider(static (_, _) => (IQueueReaderBackoffProvider)new DeliveryBackoff());
            streams.ConfigurePullingAgent(agent => agent.Configure<IOptionsMonitor<KafkaStreamOptions>>((agentOptions, monitor) =>
            {
                var kafka = monitor.Get(name);
                // The receiver long-polls; the timer only bounds the pauses between two reads.
                agentOptions.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(1);
                agentOptions.MaxEventDeliveryTime = kafka.MaxDeliveryTime;
                agentOptions.StreamInactivityPeriod = kafka.StreamInactivityPeriod;
                agentOptions.BatchContainerBatchSize = 1;
            }));
        });
        return builder;
    }

    /// <summary>Produces only: a client has no consumers.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="name">The stream provider's name.</param>
    /// <param name="configure">Its settings.</param>
    public static IClientBuilder AddKafkaStreams(this IClientBuilder builder, string name, Action<OptionsBuilder<KafkaStreamOptions>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddOptions(builder.Services, name, isSilo: false, configure);
        builder.AddPersistentStreams(name, static (services, provider) => KafkaStreamAdapterFactory.Create(services, provider, isSilo: false), streams =>
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly));
        return builder;
    }

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
        return builder.Add(new HealthCheckRegistration($"kafka-{name}", services => new KafkaStreamHealthCheck(name, () => Factory(services, name)), failureStatus, tags));
    }

    private static KafkaStreamAdapterFactory Factory(IServiceProvider services, string name) =>
        (KafkaStreamAdapterFactory)services.GetRequiredKeyedService<IQueueAdapterFactory>(name);

    private static void AddOptions(IServiceCollection services, string name, bool isSilo, Action<OptionsBuilder<KafkaStreamOptions>>? configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.AddSingleton<IValidateOptions<KafkaStreamOptions>>(new KafkaStreamOptionsValidator(name, isSilo));
        var options = services.AddOptions<KafkaStreamOptions>(name).ValidateOnStart();
        configure?.Invoke(options);
        options.PostConfigure<IServiceProvider>((settings, provider) =>
        {
            if (string.IsNullOrWhiteSpace(settings.BootstrapServers) && !string.IsNullOrWhiteSpace(settings.ConnectionName))
                settings.BootstrapServers = provider.GetService<IConfiguration>()?.GetConnectionString(settings.ConnectionName);
        });
    }

    private sealed record ParkingRegistration;
}
