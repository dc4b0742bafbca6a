using System.Text;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// A document of the collection that holds grain states, as BSON bytes:
/// <c>{_id: "service/state name/grain id", e: ETag, v: schema, u: updated at, d: state}</c>.
/// Key: <c>_id</c>; a state's records are one range of it, in the order of their grain ids. A slash or percent sign in the service's or the
/// state's name is percent-encoded; the grain id, which holds a slash, comes last.
/// Indexes: <c>_id</c>, and for each declared <see cref="GrainStateIndex"/> one on <c>{d.path, _id}</c>, partial on that range and on existence.
/// d is a document or an array where the serializer writes one as JSON, and a binary with the serializer's bytes otherwise.
/// </summary>
public sealed class GrainDocument
{
    internal GrainDocument(byte[] bytes) => Bytes = bytes;

    internal const string Id = "_id";
    internal const string ETag = "e";
    internal const string Schema = "v";
    internal const string UpdatedAt = "u";
    internal const string Data = "d";

    internal const int CurrentSchema = 1;

    /// <summary>What a server takes at most.</summary>
    internal const int MaxSize = 16 * 1024 * 1024;

    internal byte[] Bytes { get; }

    internal static GrainDocument Encode(string id, string etag, DateTimeOffset updatedAt, BinaryData data, out bool isJson)
    {
        using var buffer = new BsonBuffer();
        var start = buffer.Begin();
        buffer.Element(BsonType.String, "_id"u8);
        buffer.String(id);
        buffer.Element(BsonType.String, "e"u8);
        buffer.String(etag);
        buffer.Element(BsonType.Int32, "v"u8);
        buffer.Int32(CurrentSchema);
        buffer.Element(BsonType.DateTime, "u"u8);
        buffer.Int64(updatedAt.ToUnixTimeMilliseconds());
        var bytes = data.ToMemory().Span;
        isJson = JsonToBson.TryWriteElement(buffer, "d"u8, bytes);
        if (!isJson)
        {
            buffer.Element(BsonType.Binary, "d"u8);
            buffer.Binary(BsonBinarySubType.Binary, bytes);
        }
        buffer.EndDocument(start);
        return new GrainDocument(buffer.ToArray());
    }

    internal string ReadId() => ReadString("_id"u8, Id);

    public string ReadETag() => ReadString("e"u8, ETag);

    public DateTimeOffset ReadUpdatedAt() => BsonSpan.TryFind(Bytes, "u"u8, out var found) && found.Type == BsonType.DateTime
        ? DateTimeOffset.FromUnixTimeMilliseconds(found.Int64)
        : throw Foreign(UpdatedAt);

    /// <summary>JSON where the serializer writes JSON objects or arrays; else the bytes that it wrote.</summary>
    /// <exception cref="FormatException">Other software wrote it.</exception>
    /// <exception cref="NotSupportedException">A newer version of this software wrote it.</exception>
    public BinaryData ReadData()
    {
        if (!BsonSpan.TryFind(Bytes, "v"u8, out var schema) || schema.Type is not (BsonType.Int32 or BsonType.Int64 or BsonType.Double))
            throw Foreign(Schema);
        // Somebody who edits a record by hand may leave another number type behind.
        var version = schema.Type switch { BsonType.Int32 => schema.Int32, BsonType.Int64 => schema.Int64, _ => (long)schema.Double };
        if (version > CurrentSchema)
            throw new NotSupportedException(
                $"Record '{ReadId()}' was written by a newer version of this software (schema {version}, this one knows {CurrentSchema}).");
        if (!BsonSpan.TryFind(Bytes, "d"u8, out var data))
            throw Foreign(Data);
        return data.Type switch
        {
            BsonType.Document or BsonType.Array => BsonToJson.Convert(data.Type, data.Value),
            BsonType.Binary => new BinaryData(data.BinaryBytes.ToArray()),
            _ => throw Foreign(Data),
        };
    }

    /// <summary>The scalar at a path inside the data; <see langword="null"/> where there is none.</summary>
    internal object? ReadValue(IEnumerable<string> members)
    {
        if (!BsonSpan.TryFind(Bytes, "d"u8, out var found))
            return null;
        foreach (var member in members)
        {
            if (found.Type != BsonType.Document || !BsonSpan.TryFind(found.Value, Encoding.UTF8.GetBytes(member), out found))
                return null;
        }
        return found.Type switch
        {
            BsonType.Int32 => (long)found.Int32,
            BsonType.Int64 => found.Int64,
            BsonType.Double => found.Double,
            BsonType.Decimal128 => ToNumber(found.Decimal128),
            BsonType.String => Encoding.UTF8.GetString(found.Text),
            BsonType.Boolean => found.Boolean,
            _ => null,
        };
    }

    private static object ToNumber(Decimal128 value)
    {
        try
        {
            return Decimal128.ToDecimal(value);
        }
        catch (OverflowException)
        {
            return Decimal128.ToDouble(value);
        }
    }

    private string ReadString(ReadOnlySpan<byte> name, string text) => BsonSpan.TryFind(Bytes, name, out var found) && found.Type == BsonType.String
        ? Encoding.UTF8.GetString(found.Text)
        : throw Foreign(text);

    private static FormatException Foreign(string member) =>
        new($"A document of the grain storage's collection has no usable '{member}': it was not written by this software.");
}

/// <summary>Moves documents between the driver and their bytes, untouched.</summary>
internal sealed class GrainDocumentSerializer : IBsonSerializer<GrainDocument>
{
    public static readonly GrainDocumentSerializer Instance = new();

    public Type ValueType => typeof(GrainDocument);

    public GrainDocument Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        // A slice of the connection's buffer, which goes back to the driver.
        using var slice = context.Reader.ReadRawBsonDocument();
        var bytes = new byte[slice.Length];
        slice.GetBytes(0, bytes, 0, bytes.Length);
        return new GrainDocument(bytes);
    }

    public void Serialize(BsonSerializationContext context, BsonSerializationArgs args, GrainDocument value)
    {
        using var buffer = new ByteArrayBuffer(value.Bytes, isReadOnly: true);
        context.Writer.WriteRawBsonDocument(buffer);
    }

    void IBsonSerializer.Serialize(BsonSerializationContext context, BsonSerializationArgs args, object value) =>
        Serialize(context, args, (GrainDocument)value);

    object IBsonSerializer.Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args) => Deserialize(context, args);
}
