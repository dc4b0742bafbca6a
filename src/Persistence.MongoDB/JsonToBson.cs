using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MongoDB.Bson;

namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// Writes JSON as BSON so that <see cref="BsonToJson"/> gives the same values back: the order of members, null and absent, every character,
/// and every number digit for digit.
/// </summary>
/// <remarks>
/// A number takes the first of int32, int64, double and decimal128 whose text is the number's own; one that none of them holds is kept as text
/// in a user-defined binary, which JSON has no other use for. Servers and tools read meaning into names such as <c>$ref</c> and <c>$date</c>, so a
/// name that begins with a dollar sign is written behind a full-width one, and so is a name that begins with such a shield itself.
/// </remarks>
internal static class JsonToBson
{
    /// <summary>The server refuses documents nested deeper than 100; the rest is for the document around the state.</summary>
    public const int MaxDepth = 96;

    /// <summary>Text of a number that no number type of BSON holds.</summary>
    public const BsonBinarySubType NumberText = BsonBinarySubType.UserDefined;

    // Places after the point.
    private const int SmallestDecimal = 28;

    public static ReadOnlySpan<byte> Shield => "＄"u8;

    /// <summary>
    /// Appends the element. False, with the buffer as it was, for what is no JSON object or array, or none that BSON can hold: a NUL in a
    /// member's name, half a surrogate pair, deeper than <see cref="MaxDepth"/>.
    /// </summary>
    public static bool TryWriteElement(BsonBuffer buffer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        var start = buffer.Length;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (reader.Read() && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var type = buffer.Length;
                buffer.Element(default, name);
                if (TryWriteValue(buffer, type, ref reader) && !reader.Read())
                    return true;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or characters that are none; the caller keeps the bytes as they are.
        }
        buffer.Rewind(start);
        return false;
    }

    private static bool TryWriteValue(BsonBuffer buffer, int typeAt, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                buffer.TypeAt(typeAt, BsonType.Document);
                return TryWriteMembers(buffer, ref reader);
            case JsonTokenType.StartArray:
                buffer.TypeAt(typeAt, BsonType.Array);
                return TryWriteItems(buffer, ref reader);
            case JsonTokenType.String:
                buffer.TypeAt(typeAt, BsonType.String);
                WriteString(buffer, ref reader);
                return true;
            case JsonTokenType.Number:
                buffer.TypeAt(typeAt, WriteNumber(buffer, reader.ValueSpan));
                return true;
            case JsonTokenType.Null:
                buffer.TypeAt(typeAt, BsonType.Null);
                return true;
            default:
                buffer.TypeAt(typeAt, BsonType.Boolean);
                buffer.Byte(reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0);
                return true;
        }
    }

    private static bool TryWriteMembers(BsonBuffer buffer, ref Utf8JsonReader reader)
    {
        var start = buffer.Begin();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var typeAt = buffer.Length;
            buffer.Byte(0);
            if (!TryWriteName(buffer, ref reader) || !reader.Read() || !TryWriteValue(buffer, typeAt, ref reader))
                return false;
        }
        buffer.EndDocument(start);
        return true;
    }

    private static bool TryWriteItems(BsonBuffer buffer, ref Utf8JsonReader reader)
    {
        var start = buffer.Begin();
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            var typeAt = buffer.Length;
            buffer.Byte(0);
            Utf8Formatter.TryFormat(i, buffer.Room(11), out var digits);
            buffer.Advance(digits);
            buffer.Byte(0);
            if (!TryWriteValue(buffer, typeAt, ref reader))
                return false;
        }
        buffer.EndDocument(start);
        return true;
    }

    private static bool TryWriteName(BsonBuffer buffer, ref Utf8JsonReader reader)
    {
        var room = buffer.Room(reader.ValueSpan.Length + Shield.Length + 1);
        var name = room[..reader.CopyString(room)];
        if (name.Contains((byte)0))
            return false;
        if (name.StartsWith("$"u8) || name.StartsWith(Shield))
        {
            name.CopyTo(room[Shield.Length..]);
            Shield.CopyTo(room);
            buffer.Advance(Shield.Length);
        }
        buffer.Advance(name.Length);
        buffer.Byte(0);
        return true;
    }

    private static void WriteString(BsonBuffer buffer, ref Utf8JsonReader reader)
    {
        var start = buffer.Begin();
        // Unescaped text is never longer than escaped text.
        buffer.Advance(reader.CopyString(buffer.Room(reader.ValueSpan.Length)));
        buffer.EndString(start);
    }

    /// <summary>A decimal as .NET writes it: without an exponent, down to its smallest, 1e-28.</summary>
    public static string TextOf(Decimal128 number)
    {
        var text = number.ToString();
        if (text.Split("E-") is not [var significand, var exponent])
            return text;
        var digits = significand.Replace(".", "", StringComparison.Ordinal).TrimStart('-');
        var places = int.Parse(exponent, CultureInfo.InvariantCulture) + digits.Length - 1;
        return places > SmallestDecimal ? text : $"{(text[0] == '-' ? "-" : "")}0.{digits.PadLeft(places, '0')}";
    }

    private static BsonType WriteNumber(BsonBuffer buffer, ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out long integer, out var consumed) && consumed == text.Length && (integer != 0 || text.Length == 1))
        {
            if (integer is >= int.MinValue and <= int.MaxValue)
            {
                buffer.Int32((int)integer);
                return BsonType.Int32;
            }
            buffer.Int64(integer);
            return BsonType.Int64;
        }
        Span<byte> own = stackalloc byte[32];
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            && real.TryFormat(own, out var written, default, CultureInfo.InvariantCulture) && own[..written].SequenceEqual(text))
        {
            buffer.Double(real);
            return BsonType.Double;
        }
        var digits = Encoding.ASCII.GetString(text);
        if (Decimal128.TryParse(digits, out var exact) && TextOf(exact) == digits)
        {
            buffer.Int64((long)exact.GetIEEELowBits());
            buffer.Int64((long)exact.GetIEEEHighBits());
            return BsonType.Decimal128;
        }
        buffer.Binary(NumberText, text);
        return BsonType.Binary;
    }
}
