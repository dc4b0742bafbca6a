namespace JobRequests.Streaming.Kafka;

/// <summary>The hash by which Java clients, and librdkafka's partitioner <c>murmur2_random</c>, find the partition of a key.</summary>
internal static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;

    public static int PartitionOf(ReadOnlySpan<byte> key, int partitions) => (int)((Hash(key) & 0x7fffffff) % (uint)partitions);

    public static uint Hash(ReadOnlySpan<byte> key)
    {
        var hash = Seed ^ (uint)key.Length;
        var rest = key;
        while (rest.Length >= 4)
        {
            var block = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(rest) * Multiplier;
            block = (block ^ (block >> 24)) * Multiplier;
            hash = (hash * Multiplier) ^ block;
            rest = rest[4..];
        }

        if (rest.Length > 0)
        {
            for (var i = rest.Length - 1; i >= 0; i--) hash ^= (uint)rest[i] << (8 * i);
            hash *= Multiplier;
        }

        hash = (hash ^ (hash >> 13)) * Multiplier;
        return hash ^ (hash >> 15);
    }
}
