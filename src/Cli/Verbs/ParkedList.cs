using System.CommandLine;
using JobRequests.Cli.Kafka;
using JobRequests.Cli.Output;

namespace JobRequests.Cli.Verbs;

internal static class ParkedList
{
    public static Command Build()
    {
        var all = new Option<bool>("--all") { Description = "Also those that were put back already" };
        var verb = new Command("list", "List the parked requests: why, from where, since when") { all };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var (server, names, json) = (KafkaOptions.Server(parsed), KafkaOptions.Names(parsed), parsed.GetValue(GlobalOptions.Json));
            using var admin = server.Admin();
            using var parked = await ParkedTopic.OpenAsync(server, admin, names);
            var count = 0;
            foreach (var item in parked.Partitions.SelectMany(partition => parked.Read(partition, parsed.GetValue(all), cancellation)))
            {
                count++;
                Terminal.Line(json ? RecordText.Json(item.Record, item.Origin, item.Replayed) : Line(item));
            }

            if (!json)
                Terminal.Line(count == 0 ? "Nothing is parked." : $"{count} parked; `jobctl parked replay --dry-run` says what a replay would do.");
            return ExitCode.Success;
        });
        return verb;
    }

    private static string Line(ParkedItem item)
    {
        var at = RecordText.At(item.Record);
        if (item.Origin is not { } origin)
            return $"{at,-10} without an origin: somebody else wrote it; key {RecordText.Key(item.Record)}";
        var age = RecordText.Age(Math.Max((DateTimeOffset.UtcNow - origin.ParkedAt).TotalSeconds, 0));
        var error = origin.Error is null ? "" : $": {RecordText.OneLine(origin.Error)}";
        return $"{at,-10} {RecordText.OneLine(origin.Reason)}{error}; from {RecordText.OneLine(origin.Topic)} {origin.Partition}:{origin.Offset}, key {RecordText.Key(item.Record)}, "
            + $"{origin.Attempts} attempts, parked {age} ago{(item.Replayed ? ", put back" : "")}";
    }
}
