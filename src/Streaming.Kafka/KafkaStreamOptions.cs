namespace JobRequests.Streaming.Kafka;

/// <summary>
/// Settings of one Kafka stream provider. One topic is one provider; each partition is one Orleans queue. The partition count of a topic
/// in use must not change: a key would move to another partition and overtake itself. Growing means a new topic.
/// </summary>
public sealed class KafkaStreamOptions
{
    /// <summary>The default of <see cref="MaxRecordBytes"/>.</summary>
    public const int DefaultMaxRecordBytes = 1_000_000;

    /// <summary>The default of <see cref="MaxCachedRecords"/>.</summary>
    public const int DefaultMaxCachedRecords = 10_000;

    /// <summary>The default of <see cref="MaxCachedBytes"/>.</summary>
    public const long DefaultMaxCachedBytes = 32 * 1024 * 1024;

    /// <summary>The default of <see cref="MaxBatchRecords"/>.</summary>
    public const int DefaultMaxBatchRecords = 1_000;

    /// <summary><c>host:port</c>, several separated by commas. Either this or <see cref="ConnectionName"/>.</summary>
    public string? BootstrapServers { get; set; }

    /// <summary>The name under <c>ConnectionStrings</c> whose value is the bootstrap servers.</summary>
    public string? ConnectionName { get; set; }

    /// <summary>The topic, which exists.</summary>
    public string Topic { get; set; } = "";

    /// <summary>
    /// The group under which offsets are committed. Partitions are assigned by Orleans, not by the group: nobody else may use it on this
    /// topic. Needed on silos only.
    /// </summary>
    public string ConsumerGroup { get; set; } = "";

    /// <summary>Where records go that cannot be read or delivered. By default <c>{Topic}.dead-letter</c>; it exists.</summary>
    public string? DeadLetterTopic { get; set; }

    /// <summary>
    /// Whether a stream is blocked when one of its records is dead-lettered for its failure: later ones are dead-lettered behind it, in order, until a replay
    /// has put them back. Records that could not be read block nothing. For consumers to whom the order matters more than the next record.
    /// </summary>
    public bool BlockStreams { get; set; }

    /// <summary>Start only if the topic has this many partitions. Null takes the topic as it is.</summary>
    public int? ExpectedPartitions { get; set; }

    /// <summary>Bytes of key, value and headers. A larger record is refused by the producer, and dead-lettered by the consumer.</summary>
    public int MaxRecordBytes { get; set; } = DefaultMaxRecordBytes;

    /// <summary>Records of one partition that wait for their delivery, or for their dead-lettering, before no more are read.</summary>
    public int MaxCachedRecords { get; set; } = DefaultMaxCachedRecords;

    /// <summary>Bytes of one partition that wait likewise.</summary>
    public long MaxCachedBytes { get; set; } = DefaultMaxCachedBytes;

    /// <summary>Records of one stream that are handed to its consumer in one call, at most.</summary>
    public int MaxBatchRecords { get; set; } = DefaultMaxBatchRecords;

    /// <summary>How long the start waits for a broker that does not answer yet.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a delivery that fails is retried before its record is dead-lettered.</summary>
    public TimeSpan MaxDeliveryTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How old the oldest record of a partition that is not finished may be before the health check is degraded. Longer than
    /// <see cref="MaxDeliveryTime"/>.</summary>
    public TimeSpan StalledAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the agent keeps the bookkeeping of a stream on which nothing happens; it looks through all of it at each read.</summary>
    public TimeSpan StreamInactivityPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a producer tries to deliver a record before its task fails. The outcome is then unknown.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>librdkafka settings of producer and consumer, such as <c>security.protocol</c> and <c>sasl.*</c>.</summary>
    [RedactCredentials]
    public Dictionary<string, string> Client { get; init; } = [];

    /// <summary>librdkafka settings of the producer alone.</summary>
    [RedactCredentials]
    public Dictionary<string, string> Producer { get; init; } = [];

    /// <summary>librdkafka settings of the consumer alone.</summary>
    [RedactCredentials]
    public Dictionary<string, string> Consumer { get; init; } = [];

    /// <summary>How often the owner of a partition makes sure that its commits have not been overwritten by a former owner that woke up late.</summary>
    internal TimeSpan CommitCheckPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Test seam: a broker that does not know the question never answers it.</summary>
    internal bool ChecksRecordSize { get; set; } = true;

    internal string EffectiveDeadLetterTopic => string.IsNullOrEmpty(DeadLetterTopic) ? $"{Topic}.dead-letter" : DeadLetterTopic;
}

/// <summary>In Orleans' start-up log, which lists the options, no setting of SASL or TLS is told: some are secrets.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RedactCredentialsAttribute : RedactAttribute
{
    public override string Redact(object? value) => value is not Dictionary<string, string> settings ? "" : string.Join(", ", settings.Select(static setting =>
        setting.Key.StartsWith("sasl.", StringComparison.Ordinal) || setting.Key.StartsWith("ssl.", StringComparison.Ordinal)
            ? $"{setting.Key}=REDACTED"
            : $"{setting.Key}={setting.Value}"));
}
