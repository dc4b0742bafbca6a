using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MongoDB.Bson;

namespace JobRequests.Verification;

/// <summary>Stored BSON as the JSON that it was made of. Times, which JSON does not have, become ISO 8601.</summary>
internal static class BsonJson
{
    public static ReadOnlyMemory<byte> Write(BsonValue value)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output)) Write(writer, value);
        return output.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, BsonValue value)
    {
        switch (value.BsonType)
        {
            case BsonType.Document:
                writer.WriteStartObject();
                foreach (var member in value.AsBsonDocument)
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case BsonType.Array:
                writer.WriteStartArray();
                foreach (var item in value.AsBsonArray) Write(writer, item);
                writer.WriteEndArray();
                break;
            case BsonType.String:
                writer.WriteStringValue(value.AsString);
                break;
            case BsonType.Int32:
                writer.WriteNumberValue(value.AsInt32);
                break;
            case BsonType.Int64:
                writer.WriteNumberValue(value.AsInt64);
                break;
            case BsonType.Double:
                writer.WriteNumberValue(value.AsDouble);
                break;
            case BsonType.Decimal128:
                writer.WriteRawValue(value.AsDecimal128.ToString());
                break;
            case BsonType.Boolean:
                writer.WriteBooleanValue(value.AsBoolean);
                break;
            case BsonType.DateTime:
                writer.WriteStringValue(value.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
                break;
            case BsonType.Null:
                writer.WriteNullValue();
                break;
            default:
                // Nothing of ours writes it; who reads the JSON finds the member wrong.
                writer.WriteStringValue($"({value.BsonType})");
                break;
        }
    }
}
