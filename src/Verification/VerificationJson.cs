using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Verification;

/// <summary>Reports as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(Violation))]
public sealed partial class VerificationJson : JsonSerializerContext
{
    /// <summary>One line.</summary>
    public static string Serialize(VerificationReport report) => JsonSerializer.Serialize(report, Default.VerificationReport);
}
