using System.Globalization;
using System.Text;

namespace JobRequests.Streaming.Kafka;

/// <summary>Where a dead letter comes from and why it was dead-lettered.</summary>
/// <param name="Topic">The topic it was read from.</param>
/// <param name="Partition">The partition there.</param>
/// <param name="Offset">The offset there.</param>
/// <param name="Timestamp">The record's own timestamp.</param>
/// <param name="Reason">A short, stable word or sentence.</param>
/// <param name="Error">What went wrong, in detail.</param>
/// <param name="Attempts">How often its delivery was tried; 0 when it could not be read.</param>
/// <param name="DeadLetteredAt">When the copy was written.</param>
public sealed record DeadLetterOrigin(
    string Topic, int Partition, long Offset, DateTimeOffset Timestamp, string Reason, string? Error, int Attempts, DateTimeOffset DeadLetteredAt)
{
    /// <summary>Its place behind the block of its stream; null where it holds up nothing, as a record does that could not be read.</summary>
    public BlockMark? Block { get; init; }
}

/// <summary>A dead letter's place behind the block of its stream.</summary>
/// <param name="Stream">The stream, which is blocked from this record on.</param>
/// <param name="IsBeginning">It has failed itself. Otherwise it was dead-lettered behind one that has.</param>
/// <param name="Order">Its offset when it was first written: replays replayed in this order.</param>
/// <param name="Run">The replay that had put it back when it was dead-lettered again, or null.</param>
public sealed record BlockMark(KafkaStreamName Stream, bool IsBeginning, long Order, string? Run);

/// <summary>
/// The form of a dead letter: key, value and headers of the original, byte for byte, and the headers named here, in UTF-8. Times are
/// ISO 8601.
/// </summary>
public static class DeadLetterRecord
{
    /// <summary>The topic that the record was read from.</summary>
    public const string OriginTopic = Prefix + "origin-topic";

    /// <summary>Its partition there.</summary>
    public const string OriginPartition = Prefix + "origin-partition";

    /// <summary>Its offset there.</summary>
    public const string OriginOffset = Prefix + "origin-offset";

    /// <summary>The record's own timestamp.</summary>
    public const string OriginTimestamp = Prefix + "origin-timestamp";

    /// <summary>Why it was dead-lettered: a short, stable word or sentence.</summary>
    public const string Reason = Prefix + "reason";

    /// <summary>What went wrong, in detail; not always there.</summary>
    public const string Error = Prefix + "error";

    /// <summary>How often its delivery was tried; 0 when it could not be read.</summary>
    public const string Attempts = Prefix + "attempts";

    /// <summary>When the copy was written.</summary>
    public const string DeadLetteredAt = Prefix + "at";

    /// <summary>Present when the value was too large for the dead-letter topic and was left out; it is to be read at the origin.</summary>
    public const string ValueOmitted = Prefix + "value-omitted";

    /// <summary>The blocked stream, as <c>namespace/key</c>.</summary>
    public const string BlockedStream = Prefix + "stream";

    /// <summary><c>begin</c> on a record that failed itself, <c>behind</c> on one that was dead-lettered after it.</summary>
    public const string BlockPlace = Prefix + "block";

    /// <summary>The offset at which the record was first written. Also on a record that was replayed.</summary>
    public const string Order = Prefix + "order";

    /// <summary>The replay that put the record back. Also on the record that was replayed.</summary>
    public const string Run = Prefix + "run";

    internal const string Prefix = "dead-letter-";
    private const string Begin = "begin";
    private const string Behind = "behind";
    private const int MaxErrorLength = 2000;

    /// <summary>The headers of the dead letter. Marks of an earlier dead-lettering are replaced.</summary>
    public static IReadOnlyList<KafkaHeader> Write(DeadLetterOrigin origin, IReadOnlyList<KafkaHeader> originalHeaders)
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
            Header(DeadLetteredAt, origin.DeadLetteredAt.ToString("O", CultureInfo.InvariantCulture)),
        };
        if (origin.Block is { } block)
        {
            headers.Add(Header(BlockedStream, block.Stream.Text));
            headers.Add(Header(BlockPlace, block.IsBeginning ? Begin : Behind));
            headers.Add(Header(Order, block.Order.ToString(CultureInfo.InvariantCulture)));
            if (block.Run is { } run) headers.Add(Header(Run, run));
        }

        if (origin.Error is { } error) headers.Add(Header(Error, error.Length <= MaxErrorLength ? error : error[..MaxErrorLength]));
        return headers;
    }

    /// <returns>Null when the headers are not those of a dead letter.</returns>
    public static DeadLetterOrigin? Read(IReadOnlyList<KafkaHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return Text(headers, OriginTopic) is { } topic
            && int.TryParse(Text(headers, OriginPartition), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(Text(headers, OriginOffset), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && Time(headers, OriginTimestamp) is { } timestamp
            && Text(headers, Reason) is { } reason
            && int.TryParse(Text(headers, Attempts), NumberStyles.None, CultureInfo.InvariantCulture, out var attempts)
            && Time(headers, DeadLetteredAt) is { } deadLetteredAt
                ? new DeadLetterOrigin(topic, partition, offset, timestamp, reason, Text(headers, Error), attempts, deadLetteredAt)
                { Block = ReadBlock(headers) }
                : null;
    }

    /// <summary>The headers that the record had before it was dead-lettered.</summary>
    public static IReadOnlyList<KafkaHeader> OriginalHeaders(IReadOnlyList<KafkaHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return [.. headers.Where(header => !header.Name.StartsWith(Prefix, StringComparison.Ordinal))];
    }

    /// <summary>The headers of a record that is replayed: those it had, and which replay does it, where its stream is blocked.</summary>
    /// <param name="headers">Of the dead letter.</param>
    /// <param name="block">The copy's place.</param>
    /// <param name="run">The replay.</param>
    public static IReadOnlyList<KafkaHeader> ReplayedHeaders(IReadOnlyList<KafkaHeader> headers, BlockMark? block, string run) => block is null
        ? OriginalHeaders(headers)
        : [.. OriginalHeaders(headers), Header(Order, block.Order.ToString(CultureInfo.InvariantCulture)), Header(Run, run)];

    /// <summary>Where a record of the topic stands in its stream: a record that was replayed keeps its place.</summary>
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

    internal static KafkaStreamName? Stream(IReadOnlyList<KafkaHeader> headers, string name) =>
        Text(headers, name) is { } text && text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash && slash + 1 < text.Length
            ? new KafkaStreamName(text)
            : null;

    private static BlockMark? ReadBlock(IReadOnlyList<KafkaHeader> headers) =>
        Stream(headers, BlockedStream) is { } stream
        && Text(headers, BlockPlace) is Begin or Behind
        && long.TryParse(Text(headers, Order), NumberStyles.None, CultureInfo.InvariantCulture, out var order)
            ? new BlockMark(stream, Text(headers, BlockPlace) == Begin, order, Text(headers, Run))
            : null;

    private static DateTimeOffset? Time(IReadOnlyList<KafkaHeader> headers, string name) =>
        DateTimeOffset.TryParseExact(Text(headers, name), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
