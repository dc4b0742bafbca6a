using System.Text;
using System.Text.Json;
using CsCheck;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>JSON becomes BSON that a server can query, and comes back as it was.</summary>
public sealed class JsonBsonTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String, Gen.String[Gen.Char['\u0001', '\u07ff'], 0, 20],
        Any("", "$", "$ref", "$$", "＄", "＄＄", "＄$", "＄$id", "$＄", "a.b", ".", "привет", "🧹", "\0", "a\0b", "\u2028", "\"\\\n/"));

    private static readonly Gen<string> Name = Text.Where(static name => !name.Contains('\0'));

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Int.Select(static n => n.ToString()), Gen.Long.Select(static n => n.ToString()), Gen.ULong.Select(static n => n.ToString()),
        Gen.Double.Where(double.IsFinite).Select(static n => JsonSerializer.Serialize(n)),
        Gen.Decimal.Select(static n => JsonSerializer.Serialize(n)),
        Gen.Select(Gen.Int, Gen.UInt, Gen.Int[-400, 400], static (a, b, e) => $"{a}.{b}e{e}"),
        Any("0", "-0", "-0.0", "1.0", "1.10", "1e5", "1E+5", "1E400", "0.1", "2147483647", "2147483648", "-2147483648", "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808", "12345678901234567890123456789012345678901234567890", "5E-324", "1.7976931348623157E+308", "79228162514264337593543950335",
            "0.1000000000000000055511151231257827"));

    [Fact]
    public void Every_JSON_object_comes_back_as_it_was() => Json(0).Sample(static json =>
    {
        GrainDocument.Encode("id", "etag", DateTimeOffset.UnixEpoch, BinaryData.FromString(json), out var isJson);
        Assert.True(isJson, json);
        var back = RoundTrip(json).ToString();
        // Members in order, text for text; numbers digit for digit, which is what the raw text of an element compares.
        AssertSame(JsonDocument.Parse(json).RootElement, JsonDocument.Parse(back).RootElement);
    }, iter: 5_000);

    [Fact]
    public void The_driver_reads_the_written_BSON() => Json(0).Sample(static json =>
    {
        var encoded = GrainDocument.Encode("id", "etag", DateTimeOffset.UnixEpoch, BinaryData.FromString(json), out var isJson);
        Assert.True(isJson);

        var document = BsonSerializer.Deserialize<BsonDocument>(encoded.Bytes, configurator: null);

        Assert.Equal(["_id", "e", "v", "u", "d"], document.Names);
        // Not byte for byte: the driver's own documents know no negative zero.
        Assert.Equal(encoded.Bytes.Length, document.ToBson().Length);
    }, iter: 2_000);

    [Fact]
    public void Bytes_other_than_JSON_come_back_unchanged() => Gen.OneOf(
        Gen.Byte.Array[0, 200], Json(0)
            .Select(static json => Encoding.UTF8.GetBytes(json)[..^1]), Any("\"text\"", "5", "null", "true", "{} {}", "[,]")
            .Select(Encoding.UTF8.GetBytes))
        .Sample(static bytes =>
        {
            var document = GrainDocument.Encode("id", "etag", DateTimeOffset.UnixEpoch, new BinaryData(bytes), out var isJson);
            if (!isJson)
                Assert.Equal(bytes, document.ReadData().ToArray());
        }, iter: 5_000);

    [Theory]
    [InlineData("""{"a":5}""", BsonType.Int32)]
    [InlineData("""{"a":-2147483649}""", BsonType.Int64)]
    [InlineData("""{"a":1900000000000}""", BsonType.Int64)]
    [InlineData("""{"a":0.5}""", BsonType.Double)]
    [InlineData("""{"a":-0}""", BsonType.Double)]
    [InlineData("""{"a":1E+20}""", BsonType.Double)]
    [InlineData("""{"a":1.10}""", BsonType.Decimal128)]
    [InlineData("""{"a":18446744073709551615}""", BsonType.Decimal128)]
    [InlineData("""{"a":0.00000001}""", BsonType.Decimal128)]
    [InlineData("""{"a":-0.00000012340}""", BsonType.Decimal128)]
    [InlineData("""{"a":0.0000000000000000000000000001}""", BsonType.Decimal128)]
    [InlineData("""{"a":0.00000000}""", BsonType.Decimal128)]
    [InlineData("""{"a":1e5}""", BsonType.Binary)]
    [InlineData("""{"a":null}""", BsonType.Null)]
    [InlineData("""{"a":true}""", BsonType.Boolean)]
    [InlineData("""{"a":"\u00e9"}""", BsonType.String)]
    [InlineData("""{"a":[]}""", BsonType.Array)]
    [InlineData("""{"a":{}}""", BsonType.Document)]
    public void A_value_has_the_type_that_a_query_expects(string json, BsonType type)
    {
        var document = BsonSerializer.Deserialize<BsonDocument>(
            GrainDocument.Encode("id", "etag", DateTimeOffset.UnixEpoch, BinaryData.FromString(json), out _).Bytes, configurator: null);

        Assert.Equal(type, document["d"]["a"].BsonType);
        Assert.Equal(json.Replace("\\u00e9", "é", StringComparison.Ordinal), RoundTrip(json).ToString());
    }

    [Theory]
    [InlineData("""{"a\u0000b":1}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":1} """ + "x")]
    [InlineData("""{"a":01}""")]
    public void What_BSON_cannot_hold_is_kept_as_bytes(string json)
    {
        var document = GrainDocument.Encode("id", "etag", DateTimeOffset.UnixEpoch, BinaryData.FromString(json), out var isJson);

        Assert.False(isJson);
        Assert.Equal(json, document.ReadData().ToString());
    }

    [Fact]
    public void Depth_beyond_what_a_server_takes_is_kept_as_bytes()
    {
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

        GrainDocument.Encode("id", "etag", DateTimeOffset.UnixEpoch, BinaryData.FromString(Nested(JsonToBson.MaxDepth)), out var deep);
        var document = GrainDocument.Encode("id", "etag", DateTimeOffset.UnixEpoch, BinaryData.FromString(Nested(JsonToBson.MaxDepth + 1)), out var tooDeep);

        Assert.True(deep);
        Assert.False(tooDeep);
        Assert.Equal(Nested(JsonToBson.MaxDepth + 1), document.ReadData().ToString());
    }

    [Fact]
    public void A_type_unknown_to_JSON_is_refused_by_name()
    {
        var document = new BsonDocument
            { { "_id", "x" }, { "e", "e" }, { "v", 1 }, { "u", DateTime.UtcNow }, { "d", new BsonDocument("when", DateTime.UtcNow) } };

        var exception = Assert.Throws<FormatException>(() => new GrainDocument(document.ToBson()).ReadData());

        Assert.Contains("'when'", exception.Message);
        Assert.Contains("DateTime", exception.Message);
    }

    [Fact]
    public void Numbers_edited_by_hand_in_a_shell_are_still_numbers()
    {
        var document = new BsonDocument { { "_id", "x" }, { "e", "e" }, { "v", 1.0 }, { "u", DateTime.UtcNow }, { "d", new BsonDocument("n", 5.0) } };

        Assert.Equal("""{"n":5}""", new GrainDocument(document.ToBson()).ReadData().ToString());
    }

    private static Gen<string> Json(int depth)
    {
        var scalars = Gen.OneOf(Number, Text.Select(Quote), Any("null", "true", "false"));
        var value = depth == 3 ? scalars : Gen.OneOf(scalars, Json(depth + 1));
        var container = Gen.OneOf(
            Gen.Select(Name, value).Array[0, 5].Select(static members =>
                $"{{{string.Join(',', members.DistinctBy(static member => member.Item1).Select(static member => $"{Quote(member.Item1)}:{member.Item2}"))}}}"),
            value.Array[0, 5].Select(static items => $"[{string.Join(',', items)}]"));
        return container;
    }

    private static Gen<string> Any(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static BinaryData RoundTrip(string json) =>
        GrainDocument.Encode("id", "etag", DateTimeOffset.UnixEpoch, BinaryData.FromString(json), out _).ReadData();

    private static void AssertSame(JsonElement expected, JsonElement actual)
    {
        Assert.Equal(expected.ValueKind, actual.ValueKind);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(static member => member.Name), actual.EnumerateObject().Select(static member => member.Name));
                foreach (var (one, other) in expected.EnumerateObject().Zip(actual.EnumerateObject()))
                    AssertSame(one.Value, other.Value);
                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                foreach (var (one, other) in expected.EnumerateArray().Zip(actual.EnumerateArray()))
                    AssertSame(one, other);
                break;
            case JsonValueKind.String:
                Assert.Equal(expected.GetString(), actual.GetString());
                break;
            default:
                Assert.Equal(expected.GetRawText(), actual.GetRawText());
                break;
        }
    }
}
