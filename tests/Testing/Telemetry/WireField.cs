namespace JobRequests.Testing.Telemetry;

/// <summary>A field of a Protocol Buffers message, as it lies on the wire.</summary>
/// <param name="Number">Which one.</param>
/// <param name="Scalar">Its value, where it is a number: varint, fixed64 or fixed32.</param>
/// <param name="Bytes">Its value, where it is bytes, a text or a message.</param>
public readonly record struct WireField(int Number, ulong Scalar, ReadOnlyMemory<byte> Bytes)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes.Span);

    public string Hex => Convert.ToHexStringLower(Bytes.Span);

    /// <summary>The fields of the message that this one holds.</summary>
    public List<WireField> Fields => Read(Bytes);

    /// <exception cref="InvalidDataException">The message is cut off or uses groups, which nobody writes any more.</exception>
    public static List<WireField> Read(ReadOnlyMemory<byte> message)
    {
        var fields = new List<WireField>();
        for (var at = 0; at < message.Length;)
        {
            var tag = ReadVarint(message.Span, ref at);
            var number = (int)(tag >> 3);
            fields.Add((tag & 7) switch
            {
                0 => new WireField(number, ReadVarint(message.Span, ref at), default),
                1 => new WireField(number, BitConverter.ToUInt64(Take(8, ref at).Span), default),
                2 => new WireField(number, 0, Take(checked((int)ReadVarint(message.Span, ref at)), ref at)),
                5 => new WireField(number, BitConverter.ToUInt32(Take(4, ref at).Span), default),
                var type => throw new InvalidDataException($"Field {number} has wire type {type}."),
            });
        }

        return fields;

        ReadOnlyMemory<byte> Take(int length, ref int at)
        {
            if (length > message.Length - at) throw new InvalidDataException($"The message ends {length - (message.Length - at)} bytes too early.");
            at += length;
            return message.Slice(at - length, length);
        }
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= bytes.Length) throw new InvalidDataException("The message ends within a number.");
            value |= (bytes[at] & 0x7FUL) << shift;
            if ((bytes[at++] & 0x80) == 0) return value;
        }

        throw new InvalidDataException("A number is longer than ten bytes.");
    }
}

public static class WireFields
{
    /// <summary>The one field of that number, all zero where it was left out.</summary>
    public static WireField One(this List<WireField> fields, int number) => fields.SingleOrDefault(field => field.Number == number);

    public static IEnumerable<WireField> All(this List<WireField> fields, int number) => fields.Where(field => field.Number == number);
}
