using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Configuration;

namespace JobRequests.Cli.Kafka;

/// <summary>The topics and consumer groups of one service.</summary>
/// <param name="Requests">The topic of commands.</param>
/// <param name="FinalEvents">The topic of facts.</param>
/// <param name="DeadLetters">The topic of dead letters.</param>
/// <param name="Group">The group under which silos commit what they have finished of <see cref="Requests"/> and <see cref="FinalEvents"/>.</param>
internal sealed record TopicNames(string Requests, string FinalEvents, string DeadLetters, string Group)
{
    public const string RequestsName = StreamNames.Requests;
    public const string FinalEventsName = StreamNames.FinalEvents;
    public const string DeadLetterName = "requests.dead-letter";

    public static readonly string[] All = [RequestsName, FinalEventsName, DeadLetterName];

    /// <summary>Its offsets on <see cref="DeadLetters"/> say what was replayed already.</summary>
    public string ReplayGroup => KafkaDeadLetterTopic.ReplayGroup(Group);

    /// <param name="settings">The silos', as far as they are known.</param>
    /// <param name="prefix">What each topic's name begins with; null: the topics have the names that the settings say.</param>
    /// <param name="group">Null: as the settings say.</param>
    public static TopicNames Of(IConfiguration settings, string? prefix, string? group)
    {
        group ??= ServerSettings.ConsumerGroup(settings);
        return prefix is not null
            ? new(prefix + RequestsName, prefix + FinalEventsName, prefix + DeadLetterName, group)
            : new(
                ServerSettings.Topic(settings, RequestsName), ServerSettings.Topic(settings, FinalEventsName), ServerSettings.DeadLetterTopic(settings), group);
    }

    /// <param name="name">One of <see cref="All"/>.</param>
    public string Of(string name) => name switch { RequestsName => Requests, FinalEventsName => FinalEvents, _ => DeadLetters };

    /// <summary>The group whose progress on a topic is worth showing, or null.</summary>
    public string? GroupOf(string topic) => topic == Requests || topic == FinalEvents ? Group : topic == DeadLetters ? ReplayGroup : null;
}
