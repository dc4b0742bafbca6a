using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MongoDB.Bson;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Turns what <see cref="JsonToBson"/> wrote back into JSON.</summary>
internal static class BsonToJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        // The JSON goes to a deserializer, not into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <param name="value">A whole document or array.</param>
    public static BinaryData Convert(BsonType type, ReadOnlySpan<byte> value)
    {
        var output = new ArrayBufferWriter<byte>(value.Length + 256);
        using (var writer = new Utf8JsonWriter(output, Options))
            WriteContainer(writer, type, value);
        return new BinaryData(output.WrittenMemory);
    }

    private static void WriteContainer(Utf8JsonWriter writer, BsonType type, ReadOnlySpan<byte> value)
    {
        if (type == BsonType.Array)
        {
            writer.WriteStartArray();
            foreach (var item in new BsonSpan(value))
                WriteValue(writer, item);
            writer.WriteEndArray();
            return;
        }
        writer.WriteStartObject();
        foreach (var member in new BsonSpan(value))
        {
            writer.WritePropertyName(member.Name.StartsWith(JsonToBson.Shield) ? member.Name[JsonToBson.Shield.Length..] : member.Name);
            WriteValue(writer, member);
        }
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, BsonElementSpan element)
    {
        switch (element.Type)
        {
            case BsonType.Document or BsonType.Array:
                WriteContainer(writer, element.Type, element.Value);
                break;
            case BsonType.String:
                writer.WriteStringValue(element.Text);
                break;
            case BsonType.Int32:
                writer.WriteNumberValue(element.Int32);
                break;
            case BsonType.Int64:
                writer.WriteNumberValue(element.Int64);
                break;
            case BsonType.Double:
                writer.WriteNumberValue(element.Double);
                break;
            case BsonType.Decimal128:
                writer.WriteRawValue(JsonToBson.TextOf(element.Decimal128), skipInputValidation: true);
                break;
            case BsonType.Binary when element.BinarySubType == JsonToBson.NumberText:
                writer.WriteRawValue(element.BinaryBytes, skipInputValidation: true);
                break;
            case BsonType.Boolean:
                writer.WriteBooleanValue(element.Boolean);
                break;
            case BsonType.Null:
                writer.WriteNullValue();
                break;
            default:
                throw new FormatException(
                    $"Member '{Encoding.UTF8.GetString(element.Name)}' of a stored state has the BSON type {element.Type}, which JSON does not have.");
        }
    }
}
