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
        var encoded = Encode(id, etag, updatedAt, data, asJson: true);
        isJson = encoded is not null;
        return encoded ?? Encode(id, etag, updatedAt, data, asJson: false)!;
    }

    internal string ReadId() => ReadString(Id);

    public string ReadETag() => ReadString(ETag);

    public DateTimeOffset ReadUpdatedAt() =>
        Document.TryGetValue(UpdatedAt, out var found) && found is BsonDateTime time
            ? DateTimeOffset.FromUnixTimeMilliseconds(time.MillisecondsSinceEpoch)
            : throw Foreign(UpdatedAt);

    /// <summary>JSON where the serializer writes JSON objects or arrays; else the bytes that it wrote.</summary>
    /// <exception cref="FormatException">Other software wrote it.</exception>
    /// <exception cref="NotSupportedException">A newer version of this software wrote it.</exception>
    public BinaryData ReadData()
    {
        // Somebody who edits a record by hand may leave another number type behind.
        var version = Document.TryGetValue(Schema, out var schema) && schema.IsNumeric ? schema.ToInt64() : throw Foreign(Schema);
        if (version > CurrentSchema)
            throw new NotSupportedException(
                $"Record '{ReadId()}' was written by a newer version of this software (schema {version}, this one knows {CurrentSchema}).");
        using var stream = new ByteBufferStream(new ByteArrayBuffer(Bytes, isReadOnly: true), ownsBuffer: true);
        using var reader = new BsonBinaryReader(stream);
        reader.ReadStartDocument();
        if (!reader.FindElement(Data))
            throw Foreign(Data);
        return reader.CurrentBsonType switch
        {
            BsonType.Document or BsonType.Array => BsonToJson.Convert(reader, Data, Bytes.Length),
            BsonType.Binary => new BinaryData(reader.ReadBytes()),
            _ => throw Foreign(Data),
        };
    }

    /// <summary>The scalar at a path inside the data; <see langword="null"/> where there is none.</summary>
    internal object? ReadValue(IEnumerable<string> members)
    {
        BsonValue found = Document;
        foreach (var member in members.Prepend(Data))
        {
            if (found is not RawBsonDocument document || !document.TryGetValue(member, out found))
                return null;
        }
        return found.BsonType switch
        {
            BsonType.Int32 or BsonType.Int64 => found.ToInt64(),
            BsonType.Double => found.AsDouble,
            BsonType.Decimal128 => ToNumber(found.AsDecimal128),
            BsonType.String => found.AsString,
            BsonType.Boolean => found.AsBoolean,
            _ => null,
        };
    }

    private RawBsonDocument Document => new(Bytes);

    private static GrainDocument? Encode(string id, string etag, DateTimeOffset updatedAt, BinaryData data, bool asJson)
    {
        var state = data.ToMemory().Span;
        using var buffer = new ByteArrayBuffer(new byte[state.Length + (state.Length / 4) + 256], length: 0, isReadOnly: false);
        using var stream = new ByteBufferStream(buffer);
        using var writer = new BsonBinaryWriter(stream);
        writer.WriteStartDocument();
        writer.WriteString(Id, id);
        writer.WriteString(ETag, etag);
        writer.WriteInt32(Schema, CurrentSchema);
        writer.WriteDateTime(UpdatedAt, updatedAt.ToUnixTimeMilliseconds());
        writer.WriteName(Data);
        if (!asJson)
            writer.WriteBytes(state.ToArray());
        else if (!JsonToBson.TryWrite(writer, state))
            return null;
        writer.WriteEndDocument();
        return new GrainDocument(buffer.AccessBackingBytes(0).AsSpan(0, (int)stream.Length).ToArray());
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

    private string ReadString(string name) => Document.TryGetValue(name, out var found) && found.IsString ? found.AsString : throw Foreign(name);

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
