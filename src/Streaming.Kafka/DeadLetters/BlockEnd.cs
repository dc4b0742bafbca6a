using System.Globalization;
using Confluent.Kafka;
using JobRequests.Streaming.Kafka.Producing;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// The mark by which a replay ends the block of a stream: a record of the dead-letter topic, in the partition of the stream's copies, with the
/// key of the stream's records and without a value.
/// </summary>
/// <param name="Topic">The topic that the stream's records come from.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Through">The order of the last copy that was replayed: what was dead-lettered behind it keeps the block.</param>
public sealed record BlockEnd(string Topic, KafkaStreamName Stream, long Through)
{
    private const string StreamHeader = "block-end-stream";
    private const string ThroughHeader = "block-end-through";
    private const string TopicHeader = "block-end-topic";

    /// <summary>The mark's headers.</summary>
    public IReadOnlyList<KafkaHeader> Write() =>
    [
        DeadLetterRecord.Header(TopicHeader, Topic),
        DeadLetterRecord.Header(StreamHeader, Stream.Text),
        DeadLetterRecord.Header(ThroughHeader, Through.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <returns>Null when the headers are not those of such a mark.</returns>
    public static BlockEnd? Read(IReadOnlyList<KafkaHeader> headers) =>
        DeadLetterRecord.Text(headers, TopicHeader) is { } topic
        && DeadLetterRecord.Stream(headers, StreamHeader) is { } stream
        && long.TryParse(DeadLetterRecord.Text(headers, ThroughHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var through)
            ? new BlockEnd(topic, stream, through)
            : null;
}

/// <summary>
/// The mark by which a replay says which copies of the same partition of the dead-letter topic it has dealt with, where no block has to end. A
/// record without key and value.
/// </summary>
internal static class ReplayedMark
{
    private const string OffsetsHeader = "replayed-offsets";

    public static IReadOnlyList<KafkaHeader> Write(IEnumerable<long> offsets) =>
        [DeadLetterRecord.Header(OffsetsHeader, string.Join(',', offsets.Select(static offset => offset.ToString(CultureInfo.InvariantCulture))))];

    /// <returns>Null when the headers are not those of such a mark.</returns>
    public static IReadOnlyList<long>? Read(IReadOnlyList<KafkaHeader> headers) => DeadLetterRecord.Text(headers, OffsetsHeader) is { } text
        ? [.. text.Split(',').Select(static part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : -1)]
        : null;
}

/// <summary>Writes to a dead-letter topic, signed where somebody signs: copies of records, and the marks that replays leave.</summary>
internal sealed class DeadLetterTopicWriter(KafkaProducer producer, string topic, IKafkaMarkSigner? signer)
{
    public string Topic => topic;

    public Task<TopicPartitionOffset> WriteAsync(int partition, KafkaOutgoingRecord record) => producer.ProduceAsync(
        topic,
        record with { Headers = MarkSignature.Sign(signer, topic, partition, record.Key, record.Value, record.Headers), IsComplete = true },
        partition);
}
