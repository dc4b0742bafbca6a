using System.Globalization;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Verbs;

internal static class DeadLetterShow
{
    public static Command Build()
    {
        var place = new Argument<string>("place") { Description = "PARTITION:OFFSET, as `dead-letters list` prints it" };
        var raw = new Option<bool>("--raw") { Description = "Write the bytes of the value, and nothing else" };
        var verb = new Command("show", "Show one dead letter: its marks, headers and value") { place, raw };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var (partition, offset) = Parse(parsed.GetRequiredValue(place));
            using var deadLetters = DeadLetterTopic.Open(KafkaOptions.Server(parsed), KafkaOptions.Names(parsed));
            var copy = await deadLetters.FindAsync(partition, offset, cancellationToken);

            if (parsed.GetValue(raw))
                Terminal.Raw(copy.Record.Value?.ToArray() ?? []);
            else if (GlobalOptions.IsJson(parsed))
                Terminal.JsonLine(RecordText.Json(DeadLetterTopic.Record(copy), copy.Origin, copy.IsSettled));
            else
                Print(copy);
            return ExitCode.Success;
        });
        return verb;
    }

    private static void Print(DeadLetterCopy copy)
    {
        var (record, origin) = (DeadLetterTopic.Record(copy), copy.Origin);
        Terminal.Line($"{record.Topic} {RecordText.At(record)}{(copy.IsSettled ? ", replayed" : "")}");
        Field("origin",
            origin is null ? "(none: somebody else wrote it)" : $"{origin.Topic} {origin.Partition}:{origin.Offset}, {Times.Text(origin.Timestamp)}");
        if (origin is not null)
        {
            Field("reason", origin.Reason);
            Field("error", origin.Error ?? "(none)");
            Field("attempts", origin.Attempts.ToString(CultureInfo.InvariantCulture));
            Field("dead-lettered", Times.Text(origin.DeadLetteredAt));
            if (origin.Block is { } block)
                Field("block",
                    block.IsBeginning ? "begins here: later requests of this job are dead-lettered too" : "dead-lettered behind one that has failed");
        }

        Field("key", RecordText.TextOrNone(record.Message.Key));
        foreach (var header in DeadLetterRecord.OriginalHeaders(RecordText.Headers(record)))
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
                : throw new UsageException($"'{text}' is not a valid position (expected PARTITION:OFFSET, such as 3:17.");
    }
}
