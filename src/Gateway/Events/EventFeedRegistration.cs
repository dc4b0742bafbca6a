using JobRequests.Gateway.Events.Kafka;

namespace JobRequests.Gateway.Events;

internal static class EventFeedRegistration
{
    /// <summary>The feed of events: from the log of this process, unless <see cref="AddKafkaEvents"/> said otherwise before.</summary>
    public static void AddEventFeed(this IServiceCollection services)
    {
        services.AddOptions<FeedOptions>().BindConfiguration(FeedOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FeedOptions>, FeedOptionsValidator>();
        services.AddSingleton<FeedIntake>();
        services.AddSingleton<JobEventFeed>();
        services.AddSingleton<IJobEventFeed>(static provider => provider.GetRequiredService<JobEventFeed>());
        services.AddSingleton<AudienceReader>();
        services.AddHostedService<EventPump>();
        services.AddHostedService<FeedHeartbeats>();
        services.AddSingleton<FeedCatchUp>();
        services.AddSingleton<LiveConnections>();
        services.AddSingleton<FeedTelemetry>();
        services.AddSingleton<EventStreams>();
        if (services.Any(static service => service.ServiceType == typeof(KafkaEventReader))) return;
        services.AddSingleton<LocalEvents>();
        services.AddSingleton<IEventLog>(static provider => provider.GetRequiredService<LocalEvents>());
        services.AddHostedService(static provider => provider.GetRequiredService<LocalEvents>());
    }

    /// <summary>Events come from the topic of facts.</summary>
    public static void AddKafkaEvents(this IServiceCollection services)
    {
        services.AddSingleton<FinalEventsTopic>();
        services.AddSingleton<IEventLog, KafkaEventLog>();
        services.AddSingleton<KafkaEventReader>();
        services.AddHostedService(static provider => provider.GetRequiredService<KafkaEventReader>());
    }
}
