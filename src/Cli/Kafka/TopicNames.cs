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
    public const string ParkedName = "requests.parked";

    public static readonly string[] All = [RequestsName, FinalEventsName, ParkedName];

    public string Requests => Of(RequestsName);

    public string FinalEvents => Of(FinalEventsName);

    public string Parked => Of(ParkedName);

    /// <summary>Its offsets on <see cref="Parked"/> say what was put back already.</summary>
    public string ReplayGroup => KafkaParkedTopic.ReplayGroup(Group);

    public string Of(string name) => Prefix + name;

    /// <summary>The group whose progress on a topic is worth showing, or null.</summary>
    public string? GroupOf(string topic) => topic == Requests || topic == FinalEvents ? Group : topic == Parked ? ReplayGroup : null;
}
