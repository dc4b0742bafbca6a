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
    string Topic, int Partition, long Offset, DateTimeOffset Timestamp, string Reason, string? Error, int Attempts, DateTimeOffset ParkedAt);

/// <summary>
/// The form of a parked record: key, value and headers of the original, byte for byte, and the headers named here, in UTF-8. Times are
/// ISO 8601.
/// </summary>
public static class ParkedRecord
{
    public const string OriginTopic = Prefix + "origin-topic";
    public const string OriginPartition = Prefix + "origin-partition";
    public const string OriginOffset = Prefix + "origin-offset";
    public const string OriginTimestamp = Prefix + "origin-timestamp";
    public const string Reason = Prefix + "reason";
    public const string Error = Prefix + "error";
    public const string Attempts = Prefix + "attempts";
    public const string ParkedAt = Prefix + "at";

    /// <summary>Present when the value was too large for the parked topic and was left out; it is to be read at the origin.</summary>
    public const string ValueOmitted = Prefix + "value-omitted";

    private const string Prefix = "parked-";
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
                ? new ParkedOrigin(topic, partition, offset, timestamp, reason, Text(headers, Error), attempts, parkedAt)
                : null;
    }

    /// <summary>The headers that the record had before it was parked.</summary>
    public static IReadOnlyList<KafkaHeader> OriginalHeaders(IReadOnlyList<KafkaHeader> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return [.. headers.Where(header => !header.Name.StartsWith(Prefix, StringComparison.Ordinal))];
    }

    internal static KafkaHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static string? Text(IReadOnlyList<KafkaHeader> headers, string name)
    {
        foreach (var header in headers)
            if (header.Name == name)
                return Encoding.UTF8.GetString(header.Value.Span);
        return null;
    }

    private static DateTimeOffset? Time(IReadOnlyList<KafkaHeader> headers, string name) =>
        DateTimeOffset.TryParseExact(Text(headers, name), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
