using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using JsonTokenType = System.Text.Json.JsonTokenType;

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

    public const char Shield = '＄';

    // Places after the point.
    private const int SmallestDecimal = 28;

    /// <summary>
    /// Writes the value of the element whose name was written. False, with a writer to be thrown away, for what is no JSON object or array, or
    /// none that BSON can hold: a NUL in a member's name, half a surrogate pair, deeper than <see cref="MaxDepth"/>.
    /// </summary>
    public static bool TryWrite(BsonBinaryWriter writer, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                return false;
            WriteValue(writer, ref reader);
            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or BsonSerializationException)
        {
            // Not JSON, or characters that are none; the caller keeps the bytes as they are.
            return false;
        }
    }

    private static void WriteValue(BsonBinaryWriter writer, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartDocument();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    writer.WriteName(name.StartsWith('$') || name.StartsWith(Shield) ? Shield + name : name);
                    reader.Read();
                    WriteValue(writer, ref reader);
                }
                writer.WriteEndDocument();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    WriteValue(writer, ref reader);
                writer.WriteEndArray();
                break;
            case JsonTokenType.String:
                writer.WriteString(reader.GetString()!);
                break;
            case JsonTokenType.Number:
                WriteNumber(writer, reader.ValueSpan);
                break;
            case JsonTokenType.Null:
                writer.WriteNull();
                break;
            default:
                writer.WriteBoolean(reader.TokenType == JsonTokenType.True);
                break;
        }
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

    private static void WriteNumber(BsonBinaryWriter writer, ReadOnlySpan<byte> text)
    {
        Span<byte> own = stackalloc byte[32];
        if (Utf8Parser.TryParse(text, out long integer, out var consumed) && consumed == text.Length && (integer != 0 || text.Length == 1))
        {
            if (integer is >= int.MinValue and <= int.MaxValue)
                writer.WriteInt32((int)integer);
            else
                writer.WriteInt64(integer);
        }
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            && real.TryFormat(own, out var written, default, CultureInfo.InvariantCulture) && own[..written].SequenceEqual(text))
        {
            writer.WriteDouble(real);
        }
        else if (Encoding.ASCII.GetString(text) is var digits && Decimal128.TryParse(digits, out var exact) && TextOf(exact) == digits)
        {
            writer.WriteDecimal128(exact);
        }
        else
        {
            writer.WriteBinaryData(new BsonBinaryData(text.ToArray(), NumberText));
        }
    }
}
