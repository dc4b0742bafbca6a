using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace JobRequests.Cli.Verbs;

internal static class TopicsTail
{
    public static Command Build()
    {
        var topic = new Argument<string>("topic") { Description = "One of " + string.Join(", ", TopicNames.All) };
        topic.AcceptOnlyFromAmong(TopicNames.All);
        var beginning = new Option<bool>("--from-beginning") { Description = "Start with the oldest record, not with the next one" };
        var count = new Option<long?>("--count") { Description = "End after this many records", HelpName = "N" };
        var verb = new Command("tail", "Print the records of a topic as they come, until Ctrl+C") { topic, beginning, count };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var server = KafkaOptions.Server(parsed);
            var name = KafkaOptions.Names(parsed).Of(parsed.GetRequiredValue(topic));
            var left = parsed.GetValue(count) ?? long.MaxValue;
            if (left < 1)
                throw new UsageException($"--count is at least 1, not {left}.");
            var json = GlobalOptions.IsJson(parsed);

            using var admin = server.Admin();
            TopicPartition[] all = [.. Enumerable.Range(0, server.PartitionsOf(server.Describe(admin), name))
                .Select(partition => new TopicPartition(name, partition))];

            // Asked for beforehand: a record that comes while the reader connects is not missed.
            var from = await Offsets.OfAsync(server, admin, all, parsed.GetValue(beginning) ? OffsetSpec.Earliest() : OffsetSpec.Latest());
            using var reader = new TopicReader(server);
            foreach (var record in reader.Follow(from.Select(at => new TopicPartitionOffset(at.Key, at.Value)), cancellationToken))
            {
                Terminal.Line(json ? JsonFields.Of(RecordText.Json(record)) : RecordText.Line(record));
                if (--left == 0)
                    break;
            }

            return ExitCode.Success;
        });
        return verb;
    }
}
