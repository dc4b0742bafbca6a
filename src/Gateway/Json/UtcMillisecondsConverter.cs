using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Gateway.Json;

/// <summary>Times are written as <c>2026-11-23T10:00:00.000Z</c> and read in ISO 8601 with an offset; finer parts than milliseconds are cut off.</summary>
internal sealed class UtcMillisecondsConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int Length = 24;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || !TryParse(reader.GetString(), out var value))
            throw new JsonException("must be a time in ISO 8601 with an offset, for example 2026-11-23T10:00:00.000Z");
        return value;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Length];
        value.UtcDateTime.TryFormat(text, out var written, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }

    /// <summary>A time without an offset means something else to each reader: it is refused.</summary>
    public static bool TryParse(string? text, out DateTimeOffset value)
    {
        value = default;
        if (text is null || text.Length is < 20 or > 40 || text[10] != 'T' || !HasOffset(text)) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)) return false;
        value = CutToMilliseconds(parsed.ToUniversalTime());
        return true;
    }

    public static DateTimeOffset CutToMilliseconds(DateTimeOffset value) => new(value.Ticks - (value.Ticks % TimeSpan.TicksPerMillisecond), value.Offset);

    private static bool HasOffset(string text) => text[^1] == 'Z' || text[^6] is '+' or '-';
}
