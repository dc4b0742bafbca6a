using System.Text;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Records;

/// <summary>Names of headers. Those with <c>ce_</c> are CloudEvents' Kafka binding, binary mode.</summary>
internal static class RecordHeaders
{
    public const string ContentType = "content-type";
    public const string Type = "ce_type";
    public const string SpecVersion = "ce_specversion";
    public const string Id = "ce_id";
    public const string Source = "ce_source";
    public const string Subject = "ce_subject";
    public const string Time = "ce_time";
    public const string Signature = "signature";
    public const string TraceParent = "traceparent";

    public static KafkaHeader Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    /// <summary>The last header of that name; the Kafka protocol allows several.</summary>
    public static ReadOnlyMemory<byte>? Find(this IReadOnlyList<KafkaHeader> headers, string name)
    {
        for (var i = headers.Count - 1; i >= 0; i--)
            if (headers[i].Name == name) return headers[i].Value;
        return null;
    }

    public static string? FindText(this IReadOnlyList<KafkaHeader> headers, string name) =>
        headers.Find(name) is { } value ? Encoding.UTF8.GetString(value.Span) : null;
}
