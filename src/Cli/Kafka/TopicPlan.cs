using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace JobRequests.Cli.Kafka;

/// <summary>One topic as it is to be made.</summary>
internal sealed record TopicPlan(string Name, int Partitions, short Replication, IReadOnlyList<KeyValuePair<string, string>> Configs)
{
    public const int PartitionsPerSilo = 10;
    private const int BrokersForReplication = 3;

    /// <summary>The topics of a service. As many replicas as make it survive a broker, where there are enough brokers.</summary>
    public static IReadOnlyList<TopicPlan> For(TopicNames names, int partitions, int brokers)
    {
        return
        [
            // A record that is not decided within its deadline is refused anyway: a day is for looking at it.
            Topic(names.Requests, "86400000", 2),
            // The events are the history of every job: they are kept.
            Topic(names.FinalEvents, "-1", 2),
            // A parked copy is larger than what it copies, by its marks.
            Topic(names.Parked, "-1", 4),
        ];

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

    /// <summary>Makes the topics that are not there. Those that are stay as they are.</summary>
    /// <returns>The topics that were made.</returns>
    /// <exception cref="KafkaFailedException">A topic is there with another partition count, or Kafka refuses. In the first case nothing was made.</exception>
    public static async Task<IReadOnlyList<TopicPlan>> CreateAsync(KafkaServer server, IAdminClient admin, Metadata metadata, IReadOnlyList<TopicPlan> plans)
    {
        foreach (var plan in plans)
        {
            if (KafkaServer.CountPartitions(metadata, plan.Name) is { } partitions && partitions != plan.Partitions)
            {
                throw new KafkaFailedException(
                    $"The topic '{plan.Name}' has {partitions} partitions already, not {plan.Partitions}: the count of a topic in use must not change, so make other topics with --prefix.",
                    ExitCode.Refused);
            }
        }

        var missing = plans.Where(plan => KafkaServer.CountPartitions(metadata, plan.Name) is null).ToList();
        if (missing.Count == 0)
            return missing;
        try
        {
            await admin.CreateTopicsAsync(missing.Select(Specify), new CreateTopicsOptions { RequestTimeout = KafkaServer.Patience, OperationTimeout = TimeSpan.FromSeconds(30) });
        }
        catch (CreateTopicsException exception) when (exception.Results.All(result => !result.Error.IsError || result.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Somebody else was faster: what they made is looked at like any other.
            return await CreateAsync(server, admin, server.Describe(admin), plans);
        }
        catch (KafkaException exception)
        {
            throw server.Failed(exception);
        }

        return missing;
    }

    private static TopicSpecification Specify(TopicPlan plan) => new()
    {
        Name = plan.Name,
        NumPartitions = plan.Partitions,
        ReplicationFactor = plan.Replication,
        Configs = plan.Configs.ToDictionary(),
    };
}
