using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Gateway.Requests;

/// <summary>
/// How bodies are read and written: unknown and duplicate members are refused, at most eight levels deep, names in camel case exactly.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = Depth,
    Converters = [typeof(UtcMillisecondsConverter)])]
[JsonSerializable(typeof(CreateJobRequest))]
[JsonSerializable(typeof(AcceptJobRequest))]
[JsonSerializable(typeof(AmendJobRequest))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(AssignJobRequest))]
[JsonSerializable(typeof(StepBody))]
[JsonSerializable(typeof(ProduceBody))]
[JsonSerializable(typeof(ProduceAnswer))]
[JsonSerializable(typeof(SuccessBody))]
[JsonSerializable(typeof(BulkLineBody))]
[JsonSerializable(typeof(DryRunBody))]
[JsonSerializable(typeof(JobBody))]
[JsonSerializable(typeof(HistoryBody))]
[JsonSerializable(typeof(JobListBody))]
[JsonSerializable(typeof(JobCountsBody))]
[JsonSerializable(typeof(StatisticsBody))]
[JsonSerializable(typeof(ViewRebuildBody))]
[JsonSerializable(typeof(RequestStateBody))]
[JsonSerializable(typeof(DeadLetterBody))]
[JsonSerializable(typeof(ReplayDeadLetterRequest))]
[JsonSerializable(typeof(ReplayDeadLetterBody))]
[JsonSerializable(typeof(DeadLetterOldestRequest))]
[JsonSerializable(typeof(DeadLetterOldestBody))]
[JsonSerializable(typeof(FeedEventBody))]
[JsonSerializable(typeof(AcceptedBody))]
[JsonSerializable(typeof(WatchingBody))]
[JsonSerializable(typeof(ExplanationBody))]
[JsonSerializable(typeof(RequestTimelineBody))]
[JsonSerializable(typeof(JobTimelineBody))]
[JsonSerializable(typeof(VerificationBody))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(OperationsStatusBody))]
[JsonSerializable(typeof(ProblemTypeBody))]
[JsonSerializable(typeof(IReadOnlyList<ProblemTypeBody>))]
internal sealed partial class GatewayJson : JsonSerializerContext
{
    public const int Depth = 8;

    public static GatewayJson Wire => Readable.Instance;

    private static class Readable
    {
        // Answers are JSON for programs, never part of a page (nosniff says so): text stays readable instead of being escaped for HTML.
        public static readonly GatewayJson Instance = new(
            new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
