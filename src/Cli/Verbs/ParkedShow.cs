using System.CommandLine;
using System.Globalization;
using JobRequests.Cli.Kafka;
using JobRequests.Cli.Output;

namespace JobRequests.Cli.Verbs;

internal static class ParkedShow
{
    public static Command Build()
    {
        var place = new Argument<string>("place") { Description = "PARTITION:OFFSET, as `parked list` prints it" };
        var raw = new Option<bool>("--raw") { Description = "Write the bytes of the value, and nothing else" };
        var verb = new Command("show", "Show one parked request: its marks, headers and value") { place, raw };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var (partition, offset) = Parse(parsed.GetRequiredValue(place));
            var (server, names) = (KafkaOptions.Server(parsed), KafkaOptions.Names(parsed));
            using var admin = server.Admin();
            using var parked = await ParkedTopic.OpenAsync(server, admin, names);
            var item = parked.Find(partition, offset, cancellation);

            if (parsed.GetValue(raw))
                Terminal.Raw(item.Record.Message.Value ?? []);
            else if (parsed.GetValue(GlobalOptions.Json))
                Terminal.Line(RecordText.Json(item.Record, item.Origin, item.Replayed));
            else
                Print(item);
            return ExitCode.Success;
        });
        return verb;
    }

    private static void Print(ParkedItem item)
    {
        var (record, origin) = (item.Record, item.Origin);
        Terminal.Line($"{record.Topic} {RecordText.At(record)}{(item.Replayed ? ", put back" : "")}");
        Field("origin", origin is null ? "(none: somebody else wrote it)" : $"{origin.Topic} {origin.Partition}:{origin.Offset}, {Times.Text(origin.Timestamp)}");
        if (origin is not null)
        {
            Field("reason", origin.Reason);
            Field("error", origin.Error ?? "(none)");
            Field("attempts", origin.Attempts.ToString(CultureInfo.InvariantCulture));
            Field("parked", Times.Text(origin.ParkedAt));
        }

        Field("key", RecordText.TextOrNone(record.Message.Key));
        foreach (var header in Streaming.Kafka.ParkedRecord.OriginalHeaders(RecordText.Headers(record)))
            Field("header", $"{header.Name} = {RecordText.Text(header.Value.Span)}");
        Field("value", RecordText.TextOrNone(record.Message.Value));
    }

    private static void Field(string name, string value) => Terminal.Line($"  {name,-9} {value}");

    private static (int Partition, long Offset) Parse(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? (partition, offset)
                : throw new UsageException($"'{text}' is no place; PARTITION:OFFSET was expected, such as 3:17.");
    }
}
