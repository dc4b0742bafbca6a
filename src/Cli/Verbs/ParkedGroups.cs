using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using JobRequests.Cli.Kafka;
using JobRequests.Cli.Output;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Verbs;

internal static class ParkedGroups
{
    public static Command Build()
    {
        var verb = new Command("group", "Count the parked requests of each job and reason: since when, and whether the job is fenced");
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var parked = ParkedTopic.Open(KafkaOptions.Server(parsed), KafkaOptions.Names(parsed));
            var groups = ParkedGroup.Of(await parked.ReadAsync(all: false, cancellation));
            if (parsed.GetValue(GlobalOptions.Json))
            {
                foreach (var group in groups) Terminal.Line(Json(group));
                return ExitCode.Success;
            }

            foreach (var group in groups) Terminal.Line(Line(group));
            Terminal.Line(groups.Count == 0
                ? "Nothing is parked."
                : $"{groups.Sum(static group => group.Count)} parked, {groups.Where(static group => group.IsFenced).DistinctBy(static group => group.Key).Count()} jobs fenced; `jobctl parked replay --job ID` puts those of a job back.");
            return ExitCode.Success;
        });
        return verb;
    }

    private static string Line(ParkedGroup group)
    {
        var age = group.Oldest is { } oldest ? $", the oldest {RecordText.Age(Math.Max((DateTimeOffset.UtcNow - oldest).TotalSeconds, 0))} ago" : "";
        var error = group.LastError is { } last ? $": {RecordText.OneLine(last)}" : "";
        return $"{RecordText.OneLine(group.Key ?? "(no key)"),-36} {group.Count,5} {RecordText.OneLine(group.Reason)}{(group.IsFenced ? ", fenced" : "")}{age}{error}";
    }

    private static string Json(ParkedGroup group) => new JsonObject
    {
        ["job"] = group.Key,
        ["reason"] = group.Reason,
        ["count"] = group.Count,
        ["oldest"] = group.Oldest,
        ["lastError"] = group.LastError,
        ["fenced"] = group.IsFenced,
    }.ToJsonString(JsonSerializerOptions.Default);
}
