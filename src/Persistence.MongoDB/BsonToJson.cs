using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Bson.IO;

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

    /// <param name="reader">Before a document or an array, whose name was read.</param>
    /// <param name="name">That name.</param>
    /// <param name="size">About how long the JSON will be.</param>
    public static BinaryData Convert(BsonBinaryReader reader, string name, int size)
    {
        var output = new ArrayBufferWriter<byte>(size);
        using (var writer = new Utf8JsonWriter(output, Options))
            WriteValue(writer, reader, name);
        return new BinaryData(output.WrittenMemory);
    }

    private static void WriteValue(Utf8JsonWriter writer, BsonBinaryReader reader, string name)
    {
        switch (reader.CurrentBsonType)
        {
            case BsonType.Document:
                reader.ReadStartDocument();
                writer.WriteStartObject();
                while (reader.ReadBsonType() != BsonType.EndOfDocument)
                {
                    var member = reader.ReadName();
                    writer.WritePropertyName(member.StartsWith(JsonToBson.Shield) ? member.AsSpan(1) : member);
                    WriteValue(writer, reader, member);
                }
                writer.WriteEndObject();
                reader.ReadEndDocument();
                break;
            case BsonType.Array:
                reader.ReadStartArray();
                writer.WriteStartArray();
                while (reader.ReadBsonType() != BsonType.EndOfDocument)
                    WriteValue(writer, reader, name);
                writer.WriteEndArray();
                reader.ReadEndArray();
                break;
            case BsonType.String:
                writer.WriteStringValue(reader.ReadString());
                break;
            case BsonType.Int32:
                writer.WriteNumberValue(reader.ReadInt32());
                break;
            case BsonType.Int64:
                writer.WriteNumberValue(reader.ReadInt64());
                break;
            case BsonType.Double:
                writer.WriteNumberValue(reader.ReadDouble());
                break;
            case BsonType.Decimal128:
                writer.WriteRawValue(JsonToBson.TextOf(reader.ReadDecimal128()), skipInputValidation: true);
                break;
            case BsonType.Binary when reader.ReadBinaryData() is { SubType: JsonToBson.NumberText } number:
                writer.WriteRawValue(number.Bytes, skipInputValidation: true);
                break;
            case BsonType.Boolean:
                writer.WriteBooleanValue(reader.ReadBoolean());
                break;
            case BsonType.Null:
                reader.ReadNull();
                writer.WriteNullValue();
                break;
            case var type:
                // Written by other software than this; what it means in the state's JSON is anybody's guess.
                throw new FormatException($"Member '{name}' of a stored state has the BSON type {type}, which JSON does not have.");
        }
    }
}
