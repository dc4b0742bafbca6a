using System.Text.Json.Serialization;
using JobRequests.Records;
namespace JobRequests.Cli.Settings;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Memory))]
[JsonSerializable(typeof(RecordedCall))]
[JsonSerializable(typeof(IReadOnlyList<TopicPlan>))]
[JsonSerializable(typeof(IReadOnlyList<TopicReport>))]
internal sealed partial class CliJson : JsonSerializerContext;
