using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson;

namespace JobRequests.Persistence.MongoDB;

/// <summary>One element of a BSON document, as it lies in the bytes.</summary>
internal readonly ref struct BsonElementSpan(BsonType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public BsonType Type { get; } = type;

    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>The bytes behind the name: for a string or a binary with its length, for a document or an array all of it.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    public ReadOnlySpan<byte> Text => Value[4..^1];

    public int Int32 => BinaryPrimitives.ReadInt32LittleEndian(Value);

    public long Int64 => BinaryPrimitives.ReadInt64LittleEndian(Value);

    public double Double => BinaryPrimitives.ReadDoubleLittleEndian(Value);

    public bool Boolean => Value[0] != 0;

    public BsonBinarySubType BinarySubType => (BsonBinarySubType)Value[4];

    public ReadOnlySpan<byte> BinaryBytes => Value[5..];

    public Decimal128 Decimal128 =>
        Decimal128.FromIEEEBits(BinaryPrimitives.ReadUInt64LittleEndian(Value[8..]), BinaryPrimitives.ReadUInt64LittleEndian(Value));
}

/// <summary>Walks the elements of a BSON document or array without copying it.</summary>
internal ref struct BsonSpan
{
    private ReadOnlySpan<byte> _rest;

    public BsonSpan(ReadOnlySpan<byte> document)
    {
        _rest = document[4..^1];
        Current = default;
    }

    public BsonElementSpan Current { get; private set; }

    public readonly BsonSpan GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        var type = (BsonType)_rest[0];
        var end = _rest[1..].IndexOf((byte)0) + 1;
        var name = _rest[1..end];
        var value = _rest[(end + 1)..];
        var size = SizeOf(type, name, value);
        Current = new BsonElementSpan(type, name, value[..size]);
        _rest = value[size..];
        return true;
    }

    /// <summary>The first element of that name.</summary>
    public static bool TryFind(ReadOnlySpan<byte> document, ReadOnlySpan<byte> name, out BsonElementSpan found)
    {
        foreach (var element in new BsonSpan(document))
        {
            if (element.Name.SequenceEqual(name))
            {
                found = element;
                return true;
            }
        }
        found = default;
        return false;
    }

    private static int SizeOf(BsonType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => type switch
    {
        BsonType.Null => 0,
        BsonType.Boolean => 1,
        BsonType.Int32 => 4,
        BsonType.Int64 or BsonType.Double or BsonType.DateTime or BsonType.Timestamp => 8,
        BsonType.ObjectId => 12,
        BsonType.Decimal128 => 16,
        BsonType.String => 4 + BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.Binary => 5 + BinaryPrimitives.ReadInt32LittleEndian(value),
        BsonType.Document or BsonType.Array => BinaryPrimitives.ReadInt32LittleEndian(value),
        // Written by other software than this; what it means in the state's JSON is anybody's guess.
        _ => throw new FormatException($"Member '{Encoding.UTF8.GetString(name)}' of a stored state has the BSON type {type}, which JSON does not have."),
    };
}
