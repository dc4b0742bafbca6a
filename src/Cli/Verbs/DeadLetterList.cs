using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Verbs;

internal static class DeadLetterList
{
    public static Command Build()
    {
        var all = new Option<bool>("--all") { Description = "Also those that were replayed already" };
        var verb = new Command("list", "List the dead letters: why, from where, since when") { all };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var json = GlobalOptions.IsJson(parsed);
            using var deadLetters = DeadLetterTopic.Open(KafkaOptions.Server(parsed), KafkaOptions.Names(parsed));
            var count = 0;
            foreach (
                var copy in (await deadLetters.ReadAsync(parsed.GetValue(all), cancellationToken)).Copies.Where(copy => parsed.GetValue(all)
                    || !copy.IsSettled))
            {
                count++;
                Terminal.Line(json ? JsonFields.Of(RecordText.Json(DeadLetterTopic.Record(copy), copy.Origin, copy.IsSettled)) : Line(copy));
            }

            if (!json)
                Terminal.Line(
                    count == 0 ? "There are no dead letters." : $"{count} dead letters; `jobctl dead-letters replay --dry-run` says what a replay would do.");
            return ExitCode.Success;
        });
        return verb;
    }

    private static string Line(DeadLetterCopy copy)
    {
        var record = DeadLetterTopic.Record(copy);
        var at = RecordText.At(record);
        if (copy.Origin is not { } origin)
            return $"{at,-10} without an origin: somebody else wrote it; key {RecordText.Key(record)}";
        var age = RecordText.Age(Math.Max((DateTimeOffset.UtcNow - origin.DeadLetteredAt).TotalSeconds, 0));
        var error = origin.Error is null ? "" : $": {RecordText.Clause(origin.Error)}";
        return $"{at,-10} {RecordText.Clause(origin.Reason)}{error}; from {RecordText.OneLine(origin.Topic)} {origin.Partition}:{origin.Offset}, key "
            + $"{RecordText.Key(record)}, "
            + $"{origin.Attempts} attempts, dead-lettered {age} ago{(copy.IsSettled ? ", replayed" : "")}";
    }
}
