using System.Text.Json;
using System.Text.Json.Nodes;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Verbs;

internal static class DeadLetterGroups
{
    public static Command Build()
    {
        var verb = new Command("group", "Count the dead letters of each job and reason: since when, and whether the job is blocked");
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            using var deadLetters = DeadLetterTopic.Open(KafkaOptions.Server(parsed), KafkaOptions.Names(parsed));
            var groups = DeadLetterGroup.Of(await deadLetters.ReadAsync(all: false, cancellationToken));
            if (GlobalOptions.IsJson(parsed))
            {
                foreach (var group in groups) Terminal.JsonLine(Json(group));
                return ExitCode.Success;
            }

            foreach (var group in groups) Terminal.Line(Line(group));
            Terminal.Line(groups.Count == 0
                ? "There are no dead letters."
                : $"{groups.Sum(static group => group.Count)} dead letters, "
                    + $"{groups.Where(static group => group.IsBlocked).DistinctBy(static group => group.Key).Count()} jobs blocked; `jobctl dead-letters "
                    + "replay --job ID` puts those of a job back.");
            return ExitCode.Success;
        });
        return verb;
    }

    private static string Line(DeadLetterGroup group)
    {
        var age = group.Oldest is { } oldest ? $", the oldest {RecordText.Age(Math.Max((DateTimeOffset.UtcNow - oldest).TotalSeconds, 0))} ago" : "";
        var error = group.LastError is { } last ? $": {RecordText.Clause(last)}" : "";
        return $"{RecordText.OneLine(group.Key ?? "(no key)"),-36} {group.Count,5} "
            + $"{RecordText.Clause(group.Reason)}{(group.IsBlocked ? ", blocked" : "")}{age}{error}";
    }

    private static string Json(DeadLetterGroup group) => new JsonObject
    {
        ["job"] = group.Key,
        ["reason"] = group.Reason,
        ["count"] = group.Count,
        ["oldest"] = group.Oldest,
        ["lastError"] = group.LastError,
        ["blocked"] = group.IsBlocked,
    }.ToJsonString(JsonSerializerOptions.Default);
}
