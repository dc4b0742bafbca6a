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

    internal static long SizeOf(ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<KafkaHeader> headers)
    {
        long size = (key?.Length ?? 0) + (value?.Length ?? 0);
        for (var i = 0; i < headers.Count; i++) size += headers[i].Name.Length + headers[i].Value.Length;
        return size;
    }
}

/// <summary>One header of a record. A header without a value reads as an empty one.</summary>
public readonly record struct KafkaHeader(string Name, ReadOnlyMemory<byte> Value);

/// <summary>What an encoder makes of an item. The topic is the provider's; the key decides the partition (murmur2, as Java clients do).</summary>
public sealed record KafkaOutgoingRecord(ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<KafkaHeader> Headers);
