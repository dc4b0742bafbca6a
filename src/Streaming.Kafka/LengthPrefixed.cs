using System.Buffers.Binary;

namespace JobRequests.Streaming.Kafka;

/// <summary>Joins what is signed together: each part follows its length, so that no other parts give the same bytes.</summary>
public static class LengthPrefixed
{
    private const int Absent = -1;

    /// <param name="parts">Null: absent, which differs from empty.</param>
    /// <returns>For each part its length (4 bytes, big-endian; -1 when absent) and its bytes.</returns>
    public static byte[] Join(params IReadOnlyList<ReadOnlyMemory<byte>?> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var joined = new byte[parts.Sum(static part => sizeof(int) + (part?.Length ?? 0))];
        var rest = joined.AsSpan();
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, part?.Length ?? Absent);
            part.GetValueOrDefault().Span.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + (part?.Length ?? 0))..];
        }

        return joined;
    }
}
