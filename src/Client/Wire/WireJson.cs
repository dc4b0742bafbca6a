using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Client.Wire;

/// <summary>A tolerant reader: unknown members are skipped, absent ones keep their default.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewJob))]
[JsonSerializable(typeof(JobChanges))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(JobHistory))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(JobCounts))]
[JsonSerializable(typeof(ViewRebuild))]
[JsonSerializable(typeof(DeadLetterOldestBody))]
[JsonSerializable(typeof(DeadLetterOldestAnswer))]
[JsonSerializable(typeof(JobStatistics))]
[JsonSerializable(typeof(RequestExplanation))]
[JsonSerializable(typeof(RequestTimeline))]
[JsonSerializable(typeof(JobTimeline))]
[JsonSerializable(typeof(WatchedEvent))]
[JsonSerializable(typeof(CommandAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(LineAnswer))]
[JsonSerializable(typeof(DryRunAnswer))]
[JsonSerializable(typeof(PendingRequest))]
internal sealed partial class WireJson : JsonSerializerContext;

internal sealed record DeadLetterOldestBody(string Stream, string Place);

internal sealed record DeadLetterOldestAnswer(bool DeadLettered);

/// <summary>What became of one of many creates: one of the two bodies that a create of its own would be answered with.</summary>
internal sealed record LineAnswer(int Line, int Status, JsonElement? Result, JsonElement? Problem);

internal sealed record DryRunAnswer(DryRunWould? Would);

internal sealed record DryRunWould(string? Outcome, string? Code, long? Version, StandbyPlace? Standby);

/// <summary>The status route: an outcome with the body that the command's own answer had.</summary>
internal sealed record StatusAnswer(string? State, string? Outcome, CommandAnswer? Result, CommandAnswer? Problem);
