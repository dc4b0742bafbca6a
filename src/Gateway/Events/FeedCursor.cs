using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace JobRequests.Gateway.Events;

/// <summary>
/// A place in the feed of all events: for each partition of the log the offset of the next record. It means the same at every gateway
/// that reads that log, whatever order the partitions come in there.
/// </summary>
/// <param name="log">Which log the offsets belong to.</param>
/// <param name="offsets">By partition.</param>
internal sealed class FeedCursor(ulong log, long[] offsets)
{
    private const byte Form = 1;
    private const int HeaderBytes = 1 + sizeof(ulong);
    private const int MaxPartitions = 1_024;
    private const int MaxTextLength = 8 * 1_024;

    public ulong Log => log;

    public int Partitions => offsets.Length;

    public long this[int partition] => offsets[partition];

    public long[] ToArray() => [.. offsets];

    /// <summary>The later of both places, partition by partition.</summary>
    public FeedCursor AtLeast(ReadOnlySpan<long> others)
    {
        var later = ToArray();
        for (var partition = 0; partition < later.Length; partition++) later[partition] = Math.Max(later[partition], others[partition]);
        return new FeedCursor(log, later);
    }

    /// <summary>Letters, digits, <c>-</c> and <c>_</c>; opaque to clients.</summary>
    public override string ToString()
    {
        var bytes = new byte[HeaderBytes + (offsets.Length * 10)];
        bytes[0] = Form;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(1), log);
        var length = HeaderBytes;
        foreach (var offset in offsets)
        {
            var rest = (ulong)offset;
            for (; rest >= 0x80; rest >>= 7) bytes[length++] = (byte)(rest | 0x80);
            bytes[length++] = (byte)rest;
        }

        return Base64Url.EncodeToString(bytes.AsSpan(0, length));
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out FeedCursor? cursor)
    {
        cursor = null;
        if (text.Length is 0 or > MaxTextLength || !Base64Url.IsValid(text)) return false;
        var bytes = Base64Url.DecodeFromChars(text).AsSpan();
        if (bytes.Length <= HeaderBytes || bytes[0] != Form) return false;

        var offsets = new List<long>();
        for (var at = HeaderBytes; at < bytes.Length;)
        {
            if (offsets.Count == MaxPartitions || !TryReadOffset(bytes, ref at, out var offset)) return false;
            offsets.Add(offset);
        }

        cursor = new FeedCursor(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]), [.. offsets]);
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> bytes, ref int at, out long offset)
    {
        offset = 0;
        for (var shift = 0; shift < 63 && at < bytes.Length; shift += 7)
        {
            var part = bytes[at++];
            offset |= (long)(part & 0x7F) << shift;
            if (part < 0x80) return true;
        }

        return false;
    }
}
