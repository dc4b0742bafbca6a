using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace JobRequests.Gateway.Events;

/// <summary>
/// A position in the feed of all events: for each partition of the log the offset of the next record. It means the same at every gateway
/// that reads that log, whatever order the partitions come in there.
/// </summary>
/// <param name="log">Which log the offsets belong to.</param>
/// <param name="offsets">By partition.</param>
internal sealed class FeedCursor(ulong log, long[] offsets)
{
    private const byte Form = 1;
    private const int MaxPartitions = 1_024;
    private const int MaxTextLength = 8 * 1_024;

    public ulong Log => log;

    public int Partitions => offsets.Length;

    public long this[int partition] => offsets[partition];

    public long[] ToArray() => [.. offsets];

    /// <summary>The later of both cursors, partition by partition.</summary>
    public FeedCursor AtLeast(ReadOnlySpan<long> others)
    {
        var later = ToArray();
        for (var partition = 0; partition < later.Length; partition++) later[partition] = Math.Max(later[partition], others[partition]);
        return new FeedCursor(log, later);
    }

    /// <summary>Letters, digits, <c>-</c> and <c>_</c>; opaque to clients.</summary>
    public override string ToString()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Form);
        writer.Write(log);
        foreach (var offset in offsets) writer.Write7BitEncodedInt64(offset);
        return Base64Url.EncodeToString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out FeedCursor? cursor)
    {
        cursor = null;
        if (text.Length is 0 or > MaxTextLength || !Base64Url.IsValid(text)) return false;
        using var bytes = new MemoryStream(Base64Url.DecodeFromChars(text));
        using var reader = new BinaryReader(bytes);
        try
        {
            if (reader.ReadByte() != Form) return false;
            var id = reader.ReadUInt64();
            var read = new List<long>();
            while (bytes.Position < bytes.Length && read.Count <= MaxPartitions) read.Add(reader.Read7BitEncodedInt64());
            if (read.Count is 0 or > MaxPartitions || read.Exists(static offset => offset < 0)) return false;
            cursor = new FeedCursor(id, [.. read]);
            return true;
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException)
        {
            return false;
        }
    }
}
