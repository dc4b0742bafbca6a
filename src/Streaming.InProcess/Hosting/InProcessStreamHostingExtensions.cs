using JobRequests.Streaming.InProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace Orleans.Hosting;

// {
//   "Orleans": { "Streaming": { "<name>": { "ProviderType": "InProcess", "QueueCount": 4, "Capacity": 100000, "AcknowledgeWhen": "Delivered" } } }
// }

/// <summary>
/// Registers in-process streams. Subscriptions are implicit only, and a namespace has one consumer: a second grain class subscribed
/// to it would get events instead of the first, not as well. For events leave the queue with the call that takes them, and the producer is
/// told what became of them: with several subscriptions that would be several answers. So there is no configurator either: the settings are
/// all that can be chosen. Streams with explicit subscriptions inside a process are Orleans' <c>AddMemoryStreams</c>. Events are published
/// as they are, so they must be immutable.
/// </summary>
public static class InProcessStreamHostingExtensions
{
    /// <param name="builder">The silo.</param>
    /// <param name="name">The stream provider's name.</param>
    /// <param name="configure">Its settings.</param>
    public static ISiloBuilder AddInProcessStreams(this ISiloBuilder builder, string name, Action<OptionsBuilder<InProcessStreamOptions>>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var services = builder.Services;
        services.TryAddSingleton<InProcessStreamHub>();
        services.AddSingleton<IValidateOptions<InProcessStreamOptions>>(new InProcessStreamOptionsValidator(name));
        var options = services.AddOptions<InProcessStreamOptions>(name).ValidateOnStart();
        configure?.Invoke(options);
        services.AddKeyedSingleton(name, static (provider, key) =>
            new InProcessStreamStatus((InProcessStreamAdapterFactory)provider.GetRequiredKeyedService<IQueueAdapterFactory>((string)key!)));

        builder.AddPersistentStreams(name, InProcessStreamAdapterFactory.Create, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigureBackoffProvider(static (_, _) => (IMessageDeliveryBackoffProvider)new DeliveryBackoff());
            streams.ConfigurePullingAgent(agent => agent.Configure<IOptionsMonitor<InProcessStreamOptions>>((agentOptions, monitor) =>
            {
                var inProcess = monitor.Get(name);
                agentOptions.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(1);
                agentOptions.MaxEventDeliveryTime = inProcess.MaxDeliveryTime;
                agentOptions.StreamInactivityPeriod = inProcess.StreamInactivityPeriod;
            }));
        });
        return builder;
    }
}
