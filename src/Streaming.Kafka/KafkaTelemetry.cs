using System.Diagnostics;
using System.Diagnostics.Metrics;
using JobRequests.Streaming.Kafka.Consuming;

namespace JobRequests.Streaming.Kafka;

/// <summary>Spans and metrics, named by OpenTelemetry's messaging conventions where those have a name.</summary>
internal static class KafkaTelemetry
{
    public const string Name = "JobRequests.Streaming.Kafka";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Records handed to the producer; those that failed carry error.type.");

    public static readonly Histogram<double> SendDuration = Meter.CreateHistogram<double>(
        "messaging.client.operation.duration", "s", "From handing over a record until the broker acknowledged it.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    public static readonly Counter<long> Delivered = Meter.CreateCounter<long>(
        "messaging.client.consumed.messages", "{message}", "Records that their consumers have handled.");

    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "messaging.kafka.consumer.dead_lettered.messages", "{message}", "Records copied to the dead-letter topic. Each wants a look.");

    public static readonly Counter<long> DeadLetterFailures = Meter.CreateCounter<long>(
        "messaging.kafka.consumer.dead_lettering.failures", "{attempt}", "Attempts to dead-letter that failed and are repeated; the partition's commit waits.");

    public static readonly Counter<long> Unconsumed = Meter.CreateCounter<long>(
        "messaging.kafka.consumer.unconsumed.messages", "{message}", "Records of streams that no grain subscribes to.");

    public static readonly Counter<long> DataLoss = Meter.CreateCounter<long>(
        "messaging.kafka.consumer.data_loss", "{event}", "Times the log no longer held what was to be read next.");

    public static readonly Counter<long> Recommits = Meter.CreateCounter<long>(
        "messaging.kafka.consumer.recommits", "{commit}", "Commits repeated because another had overwritten them, or failed.");

    private static readonly Lock Gate = new();
    private static KafkaConsumerHub[] _hubs = [];

    static KafkaTelemetry()
    {
        Meter.CreateObservableGauge("messaging.kafka.consumer.lag", () => Observe(status => status.Lag), "{message}", "Records written and not yet finished.");
        Meter.CreateObservableGauge(
            "messaging.kafka.consumer.cache.messages", () =>
                Observe(status => status.CachedRecords), "{message}", "Records that wait for delivery or dead-lettering.");
        Meter.CreateObservableGauge("messaging.kafka.consumer.cache.size", () => Observe(status => status.CachedBytes), "By", "Their bytes.");
        Meter.CreateObservableGauge(
            "messaging.kafka.consumer.blocked.streams", () =>
                Observe(status => status.BlockedStreamCount), "{stream}", "Streams whose records are dead-lettered until a replay.");
        Meter.CreateObservableGauge(
            "messaging.kafka.consumer.commit.age", () => Observe(status => status.OldestUncommittedAge?.TotalSeconds ?? 0), "s",
            "How long ago the oldest record was read that is not finished.");
    }

    public static void CountDeadLetters(KafkaRecord record, string reason)
    {
        var tags = Tags(record.Topic, record.Partition);
        tags.Add("messaging.kafka.dead_letter.reason", reason);
        DeadLetters.Add(1, tags);
    }

    public static void Register(KafkaConsumerHub hub)
    {
        lock (Gate) _hubs = [.. _hubs, hub];
    }

    public static void Unregister(KafkaConsumerHub hub)
    {
        lock (Gate) _hubs = [.. _hubs.Where(other => other != hub)];
    }

    public static TagList Tags(string topic, int? partition = null)
    {
        var tags = new TagList { { "messaging.system", "kafka" }, { "messaging.destination.name", topic } };
        if (partition is { } index) tags.Add("messaging.destination.partition.id", index.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return tags;
    }

    private static List<Measurement<T>> Observe<T>(Func<KafkaPartitionStatus, T?> value)
        where T : struct
    {
        var measurements = new List<Measurement<T>>();
        foreach (var hub in _hubs)
            foreach (var status in hub.GetPartitions())
                if (value(status) is { } measured)
                    measurements.Add(
                        new Measurement<T>(measured, [.. Tags(hub.Topic, status.Partition), new("messaging.consumer.group.name", hub.ConsumerGroup)]));
        return measurements;
    }

    // A lambda that returns a plain value does not fit T?.
    private static List<Measurement<T>> Observe<T>(Func<KafkaPartitionStatus, T> value)
        where T : struct => Observe(status => (T?)value(status));
}
