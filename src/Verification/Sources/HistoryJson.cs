using System.Text.Json.Serialization;

namespace JobRequests.Verification;

/// <summary>How lines of a history are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RecordedCall))]
[JsonSerializable(typeof(RecordedFault))]
internal sealed partial class HistoryJson : JsonSerializerContext;
