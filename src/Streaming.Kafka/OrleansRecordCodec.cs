using System.Text;
using Orleans.Serialization;

namespace JobRequests.Streaming.Kafka;

/// <summary>The form of records between Orleans applications: key = stream key, a header for the namespace, value = the item as Orleans serializes it.</summary>
internal sealed class OrleansRecordCodec(Serializer serializer) : IKafkaRecordEncoder, IKafkaRecordDecoder
{
    public const string NamespaceHeader = "orleans-stream-namespace";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public KafkaOutgoingRecord Encode(StreamId stream, object item) => new(
        stream.Key,
        serializer.SerializeToArray(item),
        stream.Namespace.IsEmpty ? [] : [new KafkaHeader(NamespaceHeader, stream.Namespace)]);

    public KafkaDecodeResult Decode(KafkaRecord record)
    {
        if (record.Key is not { IsEmpty: false } key) return new KafkaDecodeResult.Park("The record has no key.");
        if (record.Value is not { } value) return new KafkaDecodeResult.Park("The record has no value.");
        var streamNamespace = record.Headers.LastOrDefault(header => header.Name == NamespaceHeader).Value;
        // Bytes that are no text would make a grain key that nobody can write.
        if (!IsText(key) || !IsText(streamNamespace)) return new KafkaDecodeResult.Park("Key or namespace is not UTF-8.");
        return serializer.Deserialize<object>(value) is { } item
            ? new KafkaDecodeResult.Deliver(StreamId.Create(streamNamespace.Span, key.Span), item)
            : new KafkaDecodeResult.Park("The value is null.");
    }

    private static bool IsText(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            Utf8.GetCharCount(bytes.Span);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
