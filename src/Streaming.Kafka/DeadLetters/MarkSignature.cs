using System.Globalization;
using System.Text;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// The signature of a record of the dead-letter topic, in a header of its own: over topic, partition, key, value and all other headers, each
/// preceded by its length. A record that was altered, or copied to another partition, has none.
/// </summary>
public static class MarkSignature
{
    internal const string Header = DeadLetterRecord.Prefix + "signature";

    /// <param name="signer">Null: nobody signs.</param>
    /// <param name="topic">The dead-letter topic.</param>
    /// <param name="partition">The partition there that the record is written to.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="headers">Its headers, all of them.</param>
    /// <returns>The headers with the signature; as they were where nobody signs.</returns>
    public static IReadOnlyList<KafkaHeader> Sign(
        IKafkaMarkSigner? signer, string topic, int partition, ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<KafkaHeader> headers) =>
        signer is null ? headers : [.. headers, new KafkaHeader(Header, signer.Sign(Content(topic, partition, key, value, headers)))];

    /// <returns>Whether the record is one that was signed for the place where it stands; true where nobody signs.</returns>
    public static bool IsGenuine(IKafkaMarkSigner? signer, KafkaRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (signer is null) return true;
        var signatures = record.Headers.Where(static header => header.Name == Header).ToList();
        return signatures is [var signature] && signer.IsGenuine(
            Content(record.Topic, record.Partition, record.Key, record.Value, [.. record.Headers.Where(static header => header.Name != Header)]),
            signature.Value.Span);
    }

    /// <returns>Whether anybody has signed it, with whatever secret.</returns>
    internal static bool IsSigned(KafkaRecord record) => record.Headers.Any(static header => header.Name == Header);

    private static byte[] Content(string topic, int partition, ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<KafkaHeader> headers) =>
        LengthPrefixed.Join(
    [
        Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(partition.ToString(CultureInfo.InvariantCulture)), key, value,
        .. headers.SelectMany(static header => (ReadOnlyMemory<byte>?[])[Encoding.UTF8.GetBytes(header.Name), header.Value]),
    ]);
}

/// <summary>
/// Vouches for what silos and operators write to the dead-letter topic: copies, and the marks that replays leave. Register it as a keyed
/// singleton under the provider's name. Without one, whatever stands in that topic is believed.
/// </summary>
public interface IKafkaMarkSigner
{
    /// <summary>Signs what a record says, its place included.</summary>
    byte[] Sign(ReadOnlySpan<byte> content);

    /// <summary>Whether a silo or an operator of this cluster has signed exactly this.</summary>
    bool IsGenuine(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature);
}
