using System.CommandLine;
using JobRequests.Cli.Kafka;
using JobRequests.Cli.Output;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Verbs;

internal static class ParkedList
{
    public static Command Build()
    {
        var all = new Option<bool>("--all") { Description = "Also those that were put back already" };
        var verb = new Command("list", "List the parked requests: why, from where, since when") { all };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var json = parsed.GetValue(GlobalOptions.Json);
            using var parked = ParkedTopic.Open(KafkaOptions.Server(parsed), KafkaOptions.Names(parsed));
            var count = 0;
            foreach (var copy in (await parked.ReadAsync(parsed.GetValue(all), cancellation)).Copies.Where(copy => parsed.GetValue(all) || !copy.IsSettled))
            {
                count++;
                Terminal.Line(json ? RecordText.Json(ParkedTopic.Record(copy), copy.Origin, copy.IsSettled) : Line(copy));
            }

            if (!json)
                Terminal.Line(count == 0 ? "Nothing is parked." : $"{count} parked; `jobctl parked replay --dry-run` says what a replay would do.");
            return ExitCode.Success;
        });
        return verb;
    }

    private static string Line(ParkedCopy copy)
    {
        var record = ParkedTopic.Record(copy);
        var at = RecordText.At(record);
        if (copy.Origin is not { } origin)
            return $"{at,-10} without an origin: somebody else wrote it; key {RecordText.Key(record)}";
        var age = RecordText.Age(Math.Max((DateTimeOffset.UtcNow - origin.ParkedAt).TotalSeconds, 0));
        var error = origin.Error is null ? "" : $": {RecordText.OneLine(origin.Error)}";
        return $"{at,-10} {RecordText.OneLine(origin.Reason)}{error}; from {RecordText.OneLine(origin.Topic)} {origin.Partition}:{origin.Offset}, key {RecordText.Key(record)}, "
            + $"{origin.Attempts} attempts, parked {age} ago{(copy.IsSettled ? ", put back" : "")}";
    }
}
