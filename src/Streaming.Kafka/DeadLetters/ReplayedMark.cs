using System.Globalization;

namespace JobRequests.Streaming.Kafka;

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
