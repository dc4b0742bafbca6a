using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using JobRequests.Testing;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>
/// Reads records that no Orleans application wrote: the key names the stream (up to a slash), the value is a number in text, or says what
/// the decoder is to do.
/// </summary>
internal sealed class TextDecoder(string streamNamespace = StreamConformance.Namespace) : IKafkaRecordDecoder
{
    public ConcurrentQueue<KafkaRecord> Seen { get; } = new();

    public KafkaDecodeResult Decode(KafkaRecord record)
    {
        Seen.Enqueue(record);
        var text = Encoding.UTF8.GetString(record.Value!.Value.Span);
        if (text == "skip") return KafkaDecodeResult.Skip.Instance;
        if (text == "dead-letter") return new KafkaDecodeResult.DeadLetter("told-to");
        if (text == "no key") return new KafkaDecodeResult.Deliver(default, text);
        var key = Encoding.UTF8.GetString(record.Key!.Value.Span).Split('/')[0];
        return new KafkaDecodeResult.Deliver(StreamId.Create(streamNamespace, key), new Numbered(key, int.Parse(text.Trim(), CultureInfo.InvariantCulture)));
    }
}
