using Confluent.Kafka;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Verbs;

internal static class DeadLetterReplay
{
    public static Command Build()
    {
        var job = JobArgument.NewOption("--job", "Only those of this job");
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be done" };
        var again = new Option<bool>("--again") { Description = "Also replay commands that were already replayed" };
        var timeout = new Option<int>("--wait")
        { Description = "How long the silos may take to decide what a blocked job gets back", HelpName = "SECONDS", DefaultValueFactory = _ => 120 };
        var verb = new Command("replay", "Put the dead letters back where they came from, in their order, and unblock their jobs")
            { job, dryRun, again, timeout };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var (server, dry, only) = (KafkaOptions.Server(parsed), parsed.GetValue(dryRun), parsed.GetValue(job));
            using var deadLetters = DeadLetterTopic.Open(server, KafkaOptions.Names(parsed));
            if (!dry) deadLetters.RequireSigner();
            var replay = deadLetters.Replay(
                static (step, copy, why) => Terminal.Line(Line(step, copy, why)), TimeSpan.FromSeconds(Math.Max(0, parsed.GetValue(timeout))));
            try
            {
                await replay.RunAsync(only is null ? null : copy => DeadLetterGroup.KeyOf(copy) == only, parsed.GetValue(again), dry, cancellationToken);
            }
            catch (KafkaException exception)
            {
                var failed = server.Failed(exception);
                throw new KafkaFailedException(
                    $"{failed.Message}\n{Sum(replay, dry)} The rest waits: `jobctl dead-letters replay` goes on from there.", failed.ExitCode, failed);
            }

            foreach (var stream in replay.FailedAgain)
                Terminal.Line($"{stream.Key} has failed again, and is blocked as before: `jobctl dead-letters group` says why.");
            foreach (var stream in replay.Unfinished)
                Terminal.Line($"{stream.Key} is still blocked: its requests were not all decided in time, or more came. `jobctl dead-letters "
                    + "replay` goes on.");
            Terminal.Good(Sum(replay, dry));
            if (!dry && replay.Replayed > 0) Terminal.Line("A record that fails again becomes a dead letter again: `jobctl dead-letters list`.");
            if (replay.FailedAgain.Count > 0) return ExitCode.Failed;
            return replay.Unfinished.Count > 0 ? ExitCode.Undecided : ExitCode.Success;
        });
        return verb;
    }

    private static string Line(DeadLetterStep step, DeadLetterCopy copy, string? why)
    {
        var record = DeadLetterTopic.Record(copy);
        if (step == DeadLetterStep.LeftOut) return $"left out   {RecordText.At(record),-10} {RecordText.OneLine(why ?? "")}";
        var done = step == DeadLetterStep.Replayed ? "replayed  " : "would put ";
        var origin = copy.Origin!;
        return $"{done} {RecordText.At(record),-10} → {origin.Topic} {origin.Partition}, was offset {origin.Offset}, key {RecordText.Key(record)}";
    }

    private static string Sum(KafkaReplay replay, bool dryRun) =>
        $"{replay.Replayed} {(dryRun ? "would be replayed" : "replayed")}, {replay.LeftOut} left out.{Blocks(replay.Ended.Count, dryRun)}";

    private static string Blocks(int count, bool dryRun) =>
        count == 0 ? "" : $" {count} {(count == 1 ? "block" : "blocks")} {(dryRun ? "would end" : "ended")}.";
}
