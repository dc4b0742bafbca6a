using System.Globalization;

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
