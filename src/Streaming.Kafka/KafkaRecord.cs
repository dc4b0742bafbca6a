namespace JobRequests.Streaming.Kafka;

/// <summary>A record as the broker holds it. Key and value are null where the record has none.</summary>
/// <param name="Topic">The topic it was read from.</param>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="Timestamp">When it was created or appended, as the topic is configured; the Unix epoch when the record says nothing.</param>
/// <param name="Key">The key's bytes.</param>
/// <param name="Value">The value's bytes.</param>
/// <param name="Headers">The headers in their order; a name may occur more than once.</param>
public sealed record KafkaRecord(
    string Topic,
    int Partition,
    long Offset,
    DateTimeOffset Timestamp,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<KafkaHeader> Headers)
{
    /// <summary>When this process received it from the broker; null for a record that was not read by a provider.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Bytes of key, value and headers.</summary>
    internal long Size { get; } = SizeOf(Key, Value, Headers);

    /// <summary>As the client has read it.</summary>
    internal static KafkaRecord Of(Confluent.Kafka.ConsumeResult<byte[]?, byte[]?> result, DateTimeOffset? readAt = null) => new(
        result.Topic,
        result.Partition.Value,
        result.Offset.Value,
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, result.Message.Timestamp.UnixTimestampMs)),
        Memory(result.Message.Key),
        Memory(result.Message.Value),
        KafkaHeader.Of(result.Message.Headers))
    { ReadAt = readAt };

    // Left to itself, null becomes an empty memory.
    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? (ReadOnlyMemory<byte>?)null : new ReadOnlyMemory<byte>(bytes);

    internal static long SizeOf(ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<KafkaHeader> headers)
    {
        long size = (key?.Length ?? 0) + (value?.Length ?? 0);
        for (var i = 0; i < headers.Count; i++) size += headers[i].Name.Length + headers[i].Value.Length;
        return size;
    }
}

/// <summary>One header of a record. A header without a value reads as an empty one.</summary>
public readonly record struct KafkaHeader(string Name, ReadOnlyMemory<byte> Value)
{
    /// <summary>The headers that the client has read, in their order.</summary>
    internal static KafkaHeader[] Of(Confluent.Kafka.Headers? headers)
    {
        KafkaHeader[] read = headers is { Count: > 0 } ? new KafkaHeader[headers.Count] : [];
        for (var i = 0; i < read.Length; i++) read[i] = new KafkaHeader(headers![i].Key, headers[i].GetValueBytes() ?? []);
        return read;
    }
}

/// <summary>What an encoder makes of an item. The topic is the provider's; the key decides the partition (murmur2, as Java clients do).</summary>
public sealed record KafkaOutgoingRecord(ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<KafkaHeader> Headers)
{
    /// <summary>Sent as it is: its headers are signed, or those that it had before. Others get the trace of their sender.</summary>
    internal bool IsComplete { get; init; }
}
