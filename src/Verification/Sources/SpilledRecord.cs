using System.Text;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Verification;

/// <summary>A record as bytes of the spill file; the file outlives no process, so its form is nobody else's.</summary>
internal static class SpilledRecord
{
    /// <summary>The job that the record is about, by its key; empty where it has none.</summary>
    public static string JobOf(KafkaRecord record) => record.Key is { } key ? Encoding.UTF8.GetString(key.Span) : "";

    public static byte[] Write(KafkaRecord record)
    {
        using var buffer = new MemoryStream(256 + (record.Value?.Length ?? 0));
        using var writer = new BinaryWriter(buffer);
        writer.Write(record.Topic);
        writer.Write(record.Partition);
        writer.Write(record.Offset);
        Write(writer, record.Key);
        Write(writer, record.Value);
        writer.Write(record.Headers.Count);
        foreach (var header in record.Headers)
        {
            writer.Write(header.Name);
            Write(writer, header.Value);
        }

        return buffer.ToArray();
    }

    public static KafkaRecord Read(byte[] data)
    {
        using var reader = new BinaryReader(new MemoryStream(data));
        var (topic, partition, offset) = (reader.ReadString(), reader.ReadInt32(), reader.ReadInt64());
        var (key, value) = (ReadBytes(reader), ReadBytes(reader));
        var headers = new KafkaHeader[reader.ReadInt32()];
        for (var i = 0; i < headers.Length; i++) headers[i] = new KafkaHeader(reader.ReadString(), ReadBytes(reader) ?? default);
        return new KafkaRecord(topic, partition, offset, DateTimeOffset.UnixEpoch, key, value, headers);
    }

    private static void Write(BinaryWriter writer, ReadOnlyMemory<byte>? bytes)
    {
        writer.Write(bytes?.Length ?? -1);
        if (bytes is { } present) writer.Write(present.Span);
    }

    private static ReadOnlyMemory<byte>? ReadBytes(BinaryReader reader) =>
        reader.ReadInt32() is var length and >= 0 ? reader.ReadBytes(length).AsMemory() : default(ReadOnlyMemory<byte>?);
}
