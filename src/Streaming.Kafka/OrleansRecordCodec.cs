using System.Text;
using Orleans.Serialization;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// The form of records between Orleans applications: key = stream key, headers for the namespace and the request context, value = the item as
/// Orleans serializes it.
/// </summary>
internal sealed class OrleansRecordCodec(Serializer serializer) : IKafkaRecordEncoder, IKafkaRecordDecoder
{
    public const string NamespaceHeader = "orleans-stream-namespace";
    public const string RequestContextHeader = "orleans-request-context";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public KafkaOutgoingRecord Encode(StreamId stream, object item) => Encode(stream, item, null);

    public KafkaOutgoingRecord Encode(StreamId stream, object item, Dictionary<string, object>? requestContext)
    {
        var headers = new List<KafkaHeader>();
        if (!stream.Namespace.IsEmpty) headers.Add(new KafkaHeader(NamespaceHeader, stream.Namespace));
        // The trace has headers of its own, which differ from record to record.
        var context = requestContext?.Where(static entry => !TraceHeaders.Are(entry.Key)).ToDictionary();
        if (context is { Count: > 0 }) headers.Add(new KafkaHeader(RequestContextHeader, serializer.SerializeToArray(context)));
        return new KafkaOutgoingRecord(stream.Key, serializer.SerializeToArray(item), headers);
    }

    public KafkaDecodeResult Decode(KafkaRecord record)
    {
        if (record.Key is not { IsEmpty: false } key) return new KafkaDecodeResult.DeadLetter("The record has no key.");
        if (record.Value is not { } value) return new KafkaDecodeResult.DeadLetter("The record has no value.");
        var streamNamespace = record.Headers.LastOrDefault(header => header.Name == NamespaceHeader).Value;
        // Bytes that are no text would make a grain key that nobody can write.
        if (!IsText(key) || !IsText(streamNamespace)) return new KafkaDecodeResult.DeadLetter("Key or namespace is not UTF-8.");
        var context = record.Headers.LastOrDefault(header => header.Name == RequestContextHeader).Value;
        return serializer.Deserialize<object>(value) is { } item
            ? new KafkaDecodeResult.Deliver(StreamId.Create(streamNamespace.Span, key.Span), item)
            {
                RequestContext = context.IsEmpty ? null : serializer.Deserialize<Dictionary<string, object>>(context),
            }
            : new KafkaDecodeResult.DeadLetter("The value is null.");
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
