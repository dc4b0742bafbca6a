using System.Globalization;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// The librdkafka settings that a provider runs with: its defaults, then what the options say, then what its promises rest on.
/// </summary>
internal static class KafkaClientSettings
{
    private static readonly Dictionary<string, string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bootstrap.servers"] = "use BootstrapServers or ConnectionName",
        ["metadata.broker.list"] = "use BootstrapServers or ConnectionName",
        ["group.id"] = "use ConsumerGroup",
        ["message.timeout.ms"] = "use MessageTimeout",
        ["delivery.timeout.ms"] = "use MessageTimeout",
        ["enable.idempotence"] = "without it a retry may duplicate or reorder records",
        ["acks"] = "a record is acknowledged by all replicas in sync, or not at all",
        ["request.required.acks"] = "a record is acknowledged by all replicas in sync, or not at all",
        ["enable.auto.commit"] = "the provider commits what is finished",
        ["enable.auto.offset.store"] = "the provider commits what is finished",
        ["auto.offset.reset"] = "the provider starts at the earliest record and reports what was lost",
        ["enable.partition.eof"] = "the provider needs it",
        ["allow.auto.create.topics"] = "a topic is made on purpose, with its partition count",
        ["partitioner"] = "keys go to partitions as with Java clients, whoever writes them",
        ["delivery.report.only.error"] = "the provider needs it",
    };

    public static bool IsReserved(string setting, out string? instead) => Reserved.TryGetValue(setting, out instead);

    public static Dictionary<string, string> ForProducer(KafkaStreamOptions options)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // Bounded, so that a broker that stands still is noticed here and not by memory.
            ["queue.buffering.max.messages"] = "10000",
            ["queue.buffering.max.kbytes"] = "65536",
            ["linger.ms"] = "0",
            // The bound on a single record is MaxRecordBytes; a dead letter is larger than its original.
            ["message.max.bytes"] = "8388608",
        };
        AddShared(settings, options, options.Producer);
        settings["enable.idempotence"] = "true";
        settings["acks"] = "all";
        settings["partitioner"] = "murmur2_random";
        settings["message.timeout.ms"] = ((long)options.MessageTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return settings;
    }

    public static Dictionary<string, string> ForConsumer(KafkaStreamOptions options)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // A fetch that waits for records delays the first fetch of a partition that comes or resumes by as much.
            ["fetch.wait.max.ms"] = "100",
            ["fetch.queue.backoff.ms"] = "10",
            ["fetch.error.backoff.ms"] = "100",
            ["queued.min.messages"] = "2000",
            ["queued.max.messages.kbytes"] = "16384",
            ["auto.commit.interval.ms"] = "200",
            // How soon a coordinator that went away is looked for again: a tenth of it.
            ["coordinator.query.interval.ms"] = "10000",
        };
        AddShared(settings, options, options.Consumer);
        settings["group.id"] = options.ConsumerGroup;
        settings["enable.auto.commit"] = "true";
        settings["enable.auto.offset.store"] = "false";
        settings["auto.offset.reset"] = "error";
        settings["enable.partition.eof"] = "true";
        return settings;
    }

    /// <summary>A consumer that only asks for offsets.</summary>
    public static Dictionary<string, string> ForOffsetQueries(KafkaStreamOptions options)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        AddShared(settings, options, []);
        settings["group.id"] = options.ConsumerGroup;
        settings["enable.auto.commit"] = "false";
        return settings;
    }

    /// <summary>For reading what is dead-lettered. It commits nothing; the group is the one under which replays commit how far all is settled.</summary>
    public static Dictionary<string, string> ForDeadLetterReader(KafkaStreamOptions options)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["fetch.wait.max.ms"] = "100", ["fetch.message.max.bytes"] = "8388608" };
        AddShared(settings, options, options.Consumer);
        settings["group.id"] = KafkaDeadLetterTopic.ReplayGroup(options.ConsumerGroup);
        settings["enable.auto.commit"] = "false";
        settings["auto.offset.reset"] = "earliest";
        settings["enable.partition.eof"] = "true";
        return settings;
    }

    private static void AddShared(Dictionary<string, string> settings, KafkaStreamOptions options, Dictionary<string, string> own)
    {
        settings["client.id"] = "orleans-kafka-streams";
        settings["socket.nagle.disable"] = "true";
        settings["reconnect.backoff.max.ms"] = "2000";
        foreach (var (key, value) in options.Client) settings[key] = value;
        foreach (var (key, value) in own) settings[key] = value;
        settings["bootstrap.servers"] = options.BootstrapServers!;
        settings["allow.auto.create.topics"] = "false";
    }
}
