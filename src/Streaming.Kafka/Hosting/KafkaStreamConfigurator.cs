using JobRequests.Streaming.Kafka;
using JobRequests.Streaming.Kafka.Streams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>
/// Configures Kafka streams on a silo. Orleans' own extensions apply: <c>ConfigureStreamPubSub</c> (implicit subscriptions only, unless it
/// says otherwise), <c>ConfigurePartitionBalancing</c>, <c>ConfigurePullingAgent</c>, <c>ConfigureLifecycle</c>.
/// </summary>
public sealed class SiloKafkaStreamConfigurator : SiloPersistentStreamConfigurator
{
    internal SiloKafkaStreamConfigurator(string name, ISiloBuilder builder)
        : base(name, configure => builder.ConfigureServices(configure),
            static (services, provider) => KafkaStreamAdapterFactory.Create(services, provider, isSilo: true))
    {
        KafkaStreamRegistration.Add(this, isSilo: true);
        this.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
        this.ConfigurePartitionBalancing(KafkaQueueBalancer.Create);
        this.ConfigureBackoffProvider(static (_, _) => (IMessageDeliveryBackoffProvider)new DeliveryBackoff());
        this.ConfigureBackoffProvider(static (_, _) => (IQueueReaderBackoffProvider)new DeliveryBackoff());
        this.ConfigurePullingAgent(agent =>
        {
            agent.Configure<IOptionsMonitor<KafkaStreamOptions>>((options, monitor) =>
            {
                var kafka = monitor.Get(name);
                // The receiver long-polls; the timer only bounds the pauses between two reads.
                options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(1);
                options.MaxEventDeliveryTime = kafka.MaxDeliveryTime;
                options.StreamInactivityPeriod = kafka.StreamInactivityPeriod;
            });
            // The cache makes the batches, and knows of one at a time.
            agent.PostConfigure(static options => options.BatchContainerBatchSize = 1);
        });
    }

    /// <summary>Sets the provider's own options.</summary>
    /// <param name="configure">Configures them, as any options of the host.</param>
    public SiloKafkaStreamConfigurator ConfigureKafka(Action<OptionsBuilder<KafkaStreamOptions>> configure)
    {
        ConfigureDelegate(services => configure(services.AddOptions<KafkaStreamOptions>(Name)));
        return this;
    }
}

/// <summary>
/// Configures Kafka streams on a client, which produces. It consumes, too, where silos and clients both allow explicit subscriptions
/// (<c>ConfigureStreamPubSub</c>).
/// </summary>
public sealed class ClusterClientKafkaStreamConfigurator : ClusterClientPersistentStreamConfigurator
{
    internal ClusterClientKafkaStreamConfigurator(string name, IClientBuilder builder)
        : base(name, builder, static (services, provider) => KafkaStreamAdapterFactory.Create(services, provider, isSilo: false))
    {
        KafkaStreamRegistration.Add(this, isSilo: false);
        this.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
    }

    /// <summary>Sets the provider's own options.</summary>
    /// <param name="configure">Configures them, as any options of the host.</param>
    public ClusterClientKafkaStreamConfigurator ConfigureKafka(Action<OptionsBuilder<KafkaStreamOptions>> configure)
    {
        ConfigureDelegate(services => configure(services.AddOptions<KafkaStreamOptions>(Name)));
        return this;
    }
}

/// <summary>A provider of this host, by its name.</summary>
internal sealed record KafkaStreamRegistration(string Name)
{
    public static void Add(INamedServiceConfigurator configurator, bool isSilo) => configurator.ConfigureDelegate(services =>
    {
        services.AddSingleton(new KafkaStreamRegistration(configurator.Name));
        services.AddSingleton<IValidateOptions<KafkaStreamOptions>>(new KafkaStreamOptionsValidator(configurator.Name, isSilo));
        services.ConfigureNamedOptionForLogging<KafkaStreamOptions>(configurator.Name);
        services.AddOptions<KafkaStreamOptions>(configurator.Name).ValidateOnStart().PostConfigure<IServiceProvider>(static (settings, provider) =>
        {
            if (string.IsNullOrWhiteSpace(settings.BootstrapServers) && !string.IsNullOrWhiteSpace(settings.ConnectionName))
                settings.BootstrapServers = provider.GetService<IConfiguration>()?.GetConnectionString(settings.ConnectionName);
        });
    });
}
