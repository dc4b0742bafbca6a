using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Confluent.Kafka;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Kafka;

/// <summary>Records for people and for programs.</summary>
internal static class RecordText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string At(ConsumeResult<byte[]?, byte[]?> record) => $"{record.Partition.Value}:{record.Offset.Value}";

    public static DateTimeOffset Time(ConsumeResult<byte[]?, byte[]?> record) => new(record.Message.Timestamp.UtcDateTime, TimeSpan.Zero);

    public static IReadOnlyList<KafkaHeader> Headers(ConsumeResult<byte[]?, byte[]?> record) =>
        [.. (record.Message.Headers ?? []).Select(header => new KafkaHeader(header.Key, header.GetValueBytes() ?? []))];

    /// <summary>The text that the bytes are, else their number and the first of them in hexadecimal.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        const int Shown = 64;
        if (TryText(bytes) is { } text) return text;
        var first = Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, Shown)]);
        return $"{bytes.Length} bytes: {first}{(bytes.Length > Shown ? "…" : "")}";
    }

    public static string TextOrNone(byte[]? bytes) => bytes is null ? "(none)" : Text(bytes);

    /// <summary>For output of one line per record: no record can look like two.</summary>
    public static string OneLine(string text) => text.ReplaceLineEndings(" ");

    /// <summary>A sentence as the part of a line.</summary>
    public static string Clause(string sentence) => OneLine(sentence).TrimEnd('.');

    public static string Key(ConsumeResult<byte[]?, byte[]?> record) => OneLine(TextOrNone(record.Message.Key));

    public static string Line(ConsumeResult<byte[]?, byte[]?> record) =>
        $"{At(record),-10} {Times.Text(Time(record))}  {Key(record)}  {OneLine(TextOrNone(record.Message.Value))}";

    /// <summary>One line. A value that is JSON stands there as such, a text as a string, anything else under <c>valueBase64</c>.</summary>
    /// <param name="record">The record.</param>
    /// <param name="origin">Where it was dead-lettered from, or null.</param>
    /// <param name="replayed">Whether it was replayed, for a dead letter.</param>
    public static string Json(ConsumeResult<byte[]?, byte[]?> record, DeadLetterOrigin? origin = null, bool? replayed = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("topic", record.Topic);
            json.WriteNumber("partition", record.Partition.Value);
            json.WriteNumber("offset", record.Offset.Value);
            json.WriteString("timestamp", Time(record));
            if (origin is not null)
                WriteOrigin(json, origin);
            if (replayed is { } isReplayed)
                json.WriteBoolean("replayed", isReplayed);
            Write(json, "key", record.Message.Key, parse: false);
            json.WriteStartArray("headers");
            foreach (var header in Headers(record))
            {
                json.WriteStartObject();
                json.WriteString("name", header.Name);
                Write(json, "value", header.Value.ToArray(), parse: false);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Write(json, "value", record.Message.Value, parse: true);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteOrigin(Utf8JsonWriter json, DeadLetterOrigin origin)
    {
        json.WriteStartObject("origin");
        json.WriteString("topic", origin.Topic);
        json.WriteNumber("partition", origin.Partition);
        json.WriteNumber("offset", origin.Offset);
        json.WriteString("timestamp", origin.Timestamp);
        json.WriteEndObject();
        json.WriteString("reason", origin.Reason);
        json.WriteString("error", origin.Error);
        json.WriteNumber("attempts", origin.Attempts);
        json.WriteString("deadLetteredAt", origin.DeadLetteredAt);
    }

    private static void Write(Utf8JsonWriter json, string name, byte[]? bytes, bool parse)
    {
        if (bytes is null)
            json.WriteNull(name);
        else if (parse && TryJson(bytes) is { } document)
        {
            using (document)
            {
                json.WritePropertyName(name);
                document.RootElement.WriteTo(json);
            }
        }
        else if (TryText(bytes) is { } text)
            json.WriteString(name, text);
        else
            json.WriteBase64String(name + "Base64", bytes);
    }

    private static JsonDocument? TryJson(byte[] bytes)
    {
        // A number or a word alone is text.
        if (bytes is not [(byte)'{' or (byte)'[', ..])
            return null;
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? TryText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Strict.GetString(bytes);
            return text.Any(static letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    public static string Age(double seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0.#} d"),
    };
}
