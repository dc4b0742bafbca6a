using System.Globalization;
using Confluent.Kafka.Admin;

namespace JobRequests.Records;

/// <summary>One topic as it is to be made.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many. The count of a topic in use never changes: a job would move to another partition and overtake itself.</param>
/// <param name="Replication">Copies of each record.</param>
/// <param name="Configs">Kafka's topic settings.</param>
public sealed record TopicPlan(string Name, int Partitions, short Replication, IReadOnlyList<KeyValuePair<string, string>> Configs)
{
    /// <summary>Enough that silos which come later find work to take over.</summary>
    public const int PartitionsPerSilo = 10;

    private const int BrokersForReplication = 3;

    /// <summary>The topics of a service. As many replicas as make it survive a broker, where there are enough brokers.</summary>
    public static IReadOnlyList<TopicPlan> For(string requests, string finalEvents, string deadLetters, int partitions, int brokers)
    {
        return
        [
            // A record that is not decided within its deadline is refused anyway: a day is for looking at it.
            Topic(requests, "86400000", 2),
            // The events are the history of every job: they are kept.
            Topic(finalEvents, "-1", 2),
            // A dead letter is larger than what it copies, by its marks.
            Topic(deadLetters, "-1", 4),
        ];

        // Larger than any record of ours may be: what others write and is too large is dead-lettered, where its writer's people see it.
        TopicPlan Topic(string name, string retentionMs, int mebibytes) => new(
            name,
            partitions,
            (short)(brokers >= BrokersForReplication ? 3 : 1),
            [
                new("cleanup.policy", "delete"),
                new("max.message.bytes", (mebibytes * 1024 * 1024).ToString(CultureInfo.InvariantCulture)),
                new("min.insync.replicas", brokers >= BrokersForReplication ? "2" : "1"),
                new("retention.bytes", "-1"),
                new("retention.ms", retentionMs),
            ]);
    }

    public TopicSpecification ToSpecification() =>
        new() { Name = Name, NumPartitions = Partitions, ReplicationFactor = Replication, Configs = Configs.ToDictionary() };
}
