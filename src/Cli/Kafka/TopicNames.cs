using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Kafka;

/// <summary>The topics and consumer groups of one service.</summary>
/// <param name="Prefix">What each topic's name begins with.</param>
/// <param name="Group">The group under which silos commit what they have finished of <see cref="Requests"/> and <see cref="FinalEvents"/>.</param>
internal sealed record TopicNames(string Prefix, string Group)
{
    public const string DefaultGroup = "jobrequests";
    public const string RequestsName = "requests";
    public const string FinalEventsName = "finalevents";
    public const string DeadLetterName = "requests.dead-letter";

    public static readonly string[] All = [RequestsName, FinalEventsName, DeadLetterName];

    public string Requests => Of(RequestsName);

    public string FinalEvents => Of(FinalEventsName);

    public string DeadLetters => Of(DeadLetterName);

    /// <summary>Its offsets on <see cref="DeadLetters"/> say what was replayed already.</summary>
    public string ReplayGroup => KafkaDeadLetterTopic.ReplayGroup(Group);

    public string Of(string name) => Prefix + name;

    /// <summary>The group whose progress on a topic is worth showing, or null.</summary>
    public string? GroupOf(string topic) => topic == Requests || topic == FinalEvents ? Group : topic == DeadLetters ? ReplayGroup : null;
}
