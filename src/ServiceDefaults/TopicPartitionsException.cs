namespace JobRequests.ServiceDefaults;

/// <summary>A topic has another partition count than when it was first used.</summary>
public sealed class TopicPartitionsException(string stream, string topic, int recorded, int found)
    : Exception(
        $"Topic '{topic}' has {found} partitions, but had {recorded} when it was first used: a job's commands would overtake each other. "
        + $"Grow by making another topic and naming it in Orleans:Streaming:{stream}:Topic ({Docs.Kafka})")
{
    public int Recorded { get; } = recorded;

    public int Found { get; } = found;
}
