using System.Text.Json.Serialization;
using JobRequests.Cli.Race;

namespace JobRequests.Cli.Settings;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Memory))]
[JsonSerializable(typeof(RecordedCall))]
internal sealed partial class CliJson : JsonSerializerContext;
