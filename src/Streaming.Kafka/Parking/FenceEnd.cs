using System.Globalization;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// The mark by which a replay ends the fence of a stream: a record of the parked topic, in the partition of the stream's copies, with the
/// key of the stream's records and without a value.
/// </summary>
/// <param name="Topic">The topic that the stream's records come from.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Through">The order of the last copy that was put back: what was parked behind it keeps the fence.</param>
public sealed record FenceEnd(string Topic, StreamId Stream, long Through)
{
    private const string StreamHeader = "fence-end-stream";
    private const string ThroughHeader = "fence-end-through";
    private const string TopicHeader = "fence-end-topic";

    /// <summary>The mark's headers.</summary>
    public IReadOnlyList<KafkaHeader> Write() =>
    [
        ParkedRecord.Header(TopicHeader, Topic),
        ParkedRecord.Header(StreamHeader, Stream.ToString()),
        ParkedRecord.Header(ThroughHeader, Through.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <returns>Null when the headers are not those of such a mark.</returns>
    public static FenceEnd? Read(IReadOnlyList<KafkaHeader> headers) =>
        ParkedRecord.Text(headers, TopicHeader) is { } topic
        && ParkedRecord.Stream(headers, StreamHeader) is { } stream
        && long.TryParse(ParkedRecord.Text(headers, ThroughHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var through)
            ? new FenceEnd(topic, stream, through)
            : null;
}
