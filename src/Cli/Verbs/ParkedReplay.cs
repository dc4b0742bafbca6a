using System.CommandLine;
using JobRequests.Cli.Kafka;
using JobRequests.Cli.Output;

namespace JobRequests.Cli.Verbs;

internal static class ParkedReplay
{
    public static Command Build()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be done" };
        var again = new Option<bool>("--again") { Description = "Also what was put back before" };
        var verb = new Command("replay", "Put the parked requests back where they came from, in their order, each once") { dryRun, again };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var (server, names, dry) = (KafkaOptions.Server(parsed), KafkaOptions.Names(parsed), parsed.GetValue(dryRun));
            using var admin = server.Admin();
            using var parked = await ParkedTopic.OpenAsync(server, admin, names);
            var replay = new Replay(server, admin, names);
            replay.Progress += Terminal.Line;
            try
            {
                await replay.RunAsync(parked, parsed.GetValue(again), dry, cancellation);
            }
            catch (KafkaFailedException exception)
            {
                throw new KafkaFailedException(
                    $"{exception.Message}\n{Sum(replay, dry)} The rest waits: `jobctl parked replay` goes on from there.", exception.ExitCode, exception);
            }

            Terminal.Good(Sum(replay, dry));
            return ExitCode.Success;
        });
        return verb;
    }

    private static string Sum(Replay replay, bool dryRun) =>
        $"{replay.PutBack} {(dryRun ? "would be put back" : "put back")}, {replay.LeftOut} left out.";
}
