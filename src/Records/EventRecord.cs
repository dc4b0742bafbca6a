using System.Text.Json;
using System.Text.Json.Serialization;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Records;

/// <summary>The value of a record of <c>finalevents</c>, as JSON: one fact, in the form of a job's history.</summary>
internal sealed record EventRecord
{
    public required string JobRequestId { get; init; }

    public required int Version { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? By { get; init; }

    public string? Request { get; init; }

    public required int Epoch { get; init; }

    public required JobEventData Data { get; init; }

    public static EventRecord From(JobEvent e) => new()
    {
        JobRequestId = e.JobRequestId,
        Version = e.Version,
        Type = e.Type,
        At = e.At,
        By = e.By,
        Request = e.Request,
        Epoch = e.Epoch,
        Data = e.Data,
    };

    public JobEvent ToEvent() => new(JobRequestId, Version, Type, At, By, Request, Epoch, Data);
}

/// <summary>Events as JSON, the same in <c>finalevents</c> and in a data folder.</summary>
public static class EventJson
{
    private static readonly EventRecordJson Json = new(new JsonSerializerOptions(EventRecordJson.Default.Options) { Encoder = PlainTextEncoder.Instance });

    public static byte[] Write(JobEvent jobEvent) => JsonSerializer.SerializeToUtf8Bytes(EventRecord.From(jobEvent), Json.EventRecord);

    /// <exception cref="JsonException">It is no event of this version.</exception>
    public static JobEvent Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Json.EventRecord)?.ToEvent() ?? throw new JsonException("The value is null.");
}

/// <summary>How events are written as JSON. Members that are unknown are left out: they add to a fact and do not change it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(EventRecord))]
internal sealed partial class EventRecordJson : JsonSerializerContext;
