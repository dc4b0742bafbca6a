using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson;

namespace JobRequests.Persistence.MongoDB;

/// <summary>A growing buffer that BSON is written into, without a string in between. Dispose it to give its array back.</summary>
internal sealed class BsonBuffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);

    public int Length { get; private set; }

    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();

    /// <summary>At least <paramref name="size"/> bytes to write into, to be followed by <see cref="Advance"/>.</summary>
    public Span<byte> Room(int size)
    {
        if (_bytes.Length - Length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + size));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        return _bytes.AsSpan(Length);
    }

    public void Advance(int size) => Length += size;

    public void Rewind(int length) => Length = length;

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Type(BsonType type) => Byte((byte)type);

    /// <summary>Fills in the type of an element whose type was not known when its name was written.</summary>
    public void TypeAt(int position, BsonType type) => _bytes[position] = (byte)type;

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Room(4), value);
        Length += 4;
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
        Length += 8;
    }

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);
        Length += 8;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        Length += value.Length;
    }

    public void Name(ReadOnlySpan<byte> name)
    {
        Bytes(name);
        Byte(0);
    }

    public void Element(BsonType type, ReadOnlySpan<byte> name)
    {
        Type(type);
        Name(name);
    }

    public void String(string value)
    {
        var start = Begin();
        var room = Room(Encoding.UTF8.GetMaxByteCount(value.Length));
        Length += Encoding.UTF8.GetBytes(value, room);
        EndString(start);
    }

    public void Binary(BsonBinarySubType subType, ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        Byte((byte)subType);
        Bytes(value);
    }

    /// <summary>Leaves room for a length, which <see cref="EndDocument"/> or <see cref="EndString"/> fills in.</summary>
    public int Begin()
    {
        var start = Length;
        Int32(0);
        return start;
    }

    public void EndDocument(int start)
    {
        Byte(0);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), Length - start);
    }

    public void EndString(int start)
    {
        Byte(0);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), Length - start - 4);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}
