namespace JobRequests.Streaming.Kafka;
public sealed record KafkaRecord(string Topic, int Partition, long Offset, DateTimeOffset Timestamp, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<KafkaHeader> Headers);
public readonly record struct KafkaHeader(string Name, ReadOnlyMemory<byte> Value);
public interface IKafkaRecordDecoder { KafkaDecodeResult Decode(KafkaRecord record); }
public abstract record KafkaDecodeResult { private KafkaDecodeResult() { } public sealed record Deliver(StreamId Stream, object Item) : KafkaDecodeResult; public sealed record Park(string Reason) : KafkaDecodeResult; public sealed record Skip : KafkaDecodeResult; }
public interface IKafkaRecordEncoder { KafkaOutgoingRecord Encode(StreamId stream, object item); }
public sealed record KafkaOutgoingRecord(ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<KafkaHeader> Headers);
