using System.Globalization;
using System.Text;

namespace JobRequests.Streaming.Kafka;

/// <summary>Where a parked record comes from and why it was parked.</summary>
/// <param name="Topic">The topic it was read from.</param>
/// <param name="Partition">The partition there.</param>
/// <param name="Offset">The offset there.</param>
/// <param name="Timestamp">The record's own timestamp.</param>
/// <param name="Reason">A short, stable word or sentence.</param>
/// <param name="Error">What went wrong, in detail.</param>
/// <param name="Attempts">How often its delivery was tried; 0 when it could not be read.</param>
/// <param name="ParkedAt">When the copy was written.</param>
public sealed record ParkedOrigin(
    string Topic, int Partition, long Offset, DateTimeOffset Timestamp, string Reason, string? Error, int Attempts, DateTimeOffset ParkedAt)
{
    /// <summary>Its place behind the fence of its stream; null where it holds up nothing, as a record does that could not be read.</summary>
    public FenceMark? Fence { get; init; }
}

/// <summary>A parked record's place behind the fence of its stream.</summary>
/// <param name="Stream">The stream, which is fenced from this record on.</param>
/// <param name="IsBeginning">It has failed itself. Otherwise it was parked behind one that has.</param>
/// <param name="Order">Its offset when it was first written: replays put back in this order.</param>
/// <param name="Run">The replay that had put it back when it was parked again, or null.</param>
public sealed record FenceMark(StreamId Stream, bool IsBeginning, long Order, string? Run);

/// <summary>
/// The form of a parked record: key, value and headers of the original, byte for byte, and the headers named here, in UTF-8. Times are
/// ISO 8601.
/// </summary>
public static class ParkedRecord
{
    /// <summary>The topic that the record was read from.</summary>
    public const string OriginTopic = Prefix + "origin-topic";

    /// <summary>Its partition there.</summary>
    public const string OriginPartition = Prefix + "origin-partition";

    /// <summary>Its offset there.</summary>
    public const string OriginOffset = Prefix + "origin-offset";

    /// <summary>The record's own timestamp.</summary>
    public const string OriginTimestamp = Prefix + "origin-timestamp";

    /// <summary>Why it was parked: a short, stable word or sentence.</summary>
    public const string Reason = Prefix + "reason";

    /// <summary>What went wrong, in detail; not always there.</summary>
    public const string Error = Prefix + "error";

    /// <summary>How often its delivery was tried; 0 when it could not be read.</summary>
    public const string Attempts = Prefix + "attempts";

    /// <summary>When the copy was written.</summary>
    public const string ParkedAt = Prefix + "at";

    /// <summary>Present when the value was too large for the parked topic and was left out; it is to be read at the origin.</summary>
    public const string ValueOmitted = Prefix + "value-omitted";

    /// <summary>The fenced stream, as <c>namespace/key</c>.</summary>
    public const string FencedStream = Prefix + "stream";

    /// <summary><c>begin</c> on a record that failed itself, <c>behind</c> on one that was parked after it.</summary>
    public const string FencePlace = Prefix + "fence";

    /// <summary>The offset at which the record was first written. Also on a record that was put back.</summary>
    public const string Order = Prefix + "order";

    /// <summary>The replay that put the record back. Also on the record that was put back.</summary>
    public const string Run = Prefix + "run";

    internal const string Prefix = "parked-";
    private const string Begin = "begin";
    private const string Behind = "behind";
    private const int MaxErrorLength = 2000;

    /// <summary>The headers of the parked copy. Marks of an earlier parking are replaced.</summary>
    public static IReadOnlyList<KafkaHeader> Write(ParkedOrigin origin, IReadOnlyList<KafkaHeader> originalHeaders)
    {
        ArgumentNullException.ThrowIfNull(origin);
        var headers = new List<KafkaHeader>(OriginalHeaders(originalHeaders))
        {
            Header(OriginTopic, origin.Topic),
            Header(OriginPartition, origin.Partition.ToString(CultureInfo.InvariantCulture)),
            Header(OriginOffset, origin.Offset.ToString(CultureInfo.InvariantCulture)),
            Header(OriginTimestamp, origin.Timestamp.ToString("O", CultureInfo.InvariantCulture)),
            Header(Reason, origin.Reason),
            Header(Attempts, origin.Attempts.ToString(CultureInfo.InvariantCulture)),
            Header(ParkedAt, origin.ParkedAt.ToString("O", CultureInfo.InvariantCulture)),
        };
        if (origin.Fence is { } fence)
        {
            headers.Add(Header(FencedStream, fence.Stream.ToString()));
            headers.Add(Header(FencePlace, fence.IsBeginning ? Begin : Behind));
            headers.Add(Header(Order, fence.Order.ToString(CultureInfo.InvariantCulture)));
            if (fence.Run is { } run) headers.Add(Header(Run, run));
        }

        if (origin.Error is { } error) headers.Add(Header(Error, error.Length <= MaxErrorLength ? error : error[..MaxErrorLength]));
        return headers;
    }

    /// <returns>Null when the headers are not those of a parked record.</returns>
    public static ParkedOrigin? Read(IReadOnlyList<KafkaHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return Text(headers, OriginTopic) is { } topic
            && int.TryParse(Text(headers, OriginPartition), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(Text(headers, OriginOffset), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && Time(headers, OriginTimestamp) is { } timestamp
            && Text(headers, Reason) is { } reason
            && int.TryParse(Text(headers, Attempts), NumberStyles.None, CultureInfo.InvariantCulture, out var attempts)
            && Time(headers, ParkedAt) is { } parkedAt
                ? new ParkedOrigin(topic, partition, offset, timestamp, reason, Text(headers, Error), attempts, parkedAt) { Fence = ReadFence(headers) }
                : null;
    }

    /// <summary>The headers that the record had before it was parked.</summary>
    public static IReadOnlyList<KafkaHeader> OriginalHeaders(IReadOnlyList<KafkaHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return [.. headers.Where(header => !header.Name.StartsWith(Prefix, StringComparison.Ordinal))];
    }

    /// <summary>The headers of a record that is put back: those it had, and which replay does it, where its stream is fenced.</summary>
    /// <param name="headers">Of the parked copy.</param>
    /// <param name="fence">The copy's place.</param>
    /// <param name="run">The replay.</param>
    public static IReadOnlyList<KafkaHeader> PutBackHeaders(IReadOnlyList<KafkaHeader> headers, FenceMark? fence, string run) => fence is null
        ? OriginalHeaders(headers)
        : [.. OriginalHeaders(headers), Header(Order, fence.Order.ToString(CultureInfo.InvariantCulture)), Header(Run, run)];

    /// <summary>Where a record of the topic stands in its stream: a record that was put back keeps its place.</summary>
    internal static (long Order, string? Run) PlaceOf(KafkaRecord record)
    {
        var run = Text(record.Headers, Run);
        return run is not null && long.TryParse(Text(record.Headers, Order), NumberStyles.None, CultureInfo.InvariantCulture, out var order)
            ? (order, run)
            : (record.Offset, null);
    }

    internal static KafkaHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    internal static string? Text(IReadOnlyList<KafkaHeader> headers, string name)
    {
        foreach (var header in headers)
            if (header.Name == name)
                return Encoding.UTF8.GetString(header.Value.Span);
        return null;
    }

    internal static StreamId? Stream(IReadOnlyList<KafkaHeader> headers, string name)
    {
        foreach (var header in headers)
            if (header.Name == name)
                return header.Value.Span.IndexOf((byte)'/') is var slash && slash >= 0 && slash + 1 < header.Value.Length ? StreamId.Parse(header.Value.Span) : null;
        return null;
    }

    private static FenceMark? ReadFence(IReadOnlyList<KafkaHeader> headers) =>
        Stream(headers, FencedStream) is { } stream
        && Text(headers, FencePlace) is Begin or Behind
        && long.TryParse(Text(headers, Order), NumberStyles.None, CultureInfo.InvariantCulture, out var order)
            ? new FenceMark(stream, Text(headers, FencePlace) == Begin, order, Text(headers, Run))
            : null;

    private static DateTimeOffset? Time(IReadOnlyList<KafkaHeader> headers, string name) =>
        DateTimeOffset.TryParseExact(Text(headers, name), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
