using Spectre.Console;

namespace JobRequests.Cli.Verbs;

internal static class Watch
{
    public static Command Build()
    {
        var job = JobArgument.New();
        job.Arity = ArgumentArity.ZeroOrOne;
        job.Description = "The job's id; without it, every job that you may see";
        var count = new Option<long?>("--count") { Description = "End after this many events", HelpName = "N" };
        var verb = new Command("watch", "Stream events until Ctrl+C, reconnecting automatically") { job, count };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            var left = parsed.GetValue(count) ?? long.MaxValue;
            if (left < 1)
                throw new UsageException($"--count is at least 1, not {left}.");
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            StandardOutput.WatchReader(ends);
            var events = session.Client().WatchAsync(parsed.GetValue(job), ends.Token);
            if (session.Json)
                await PrintAsync(
                    events, left, static item => JsonFields.Of(item is WatchItem.Happened happened ? happened.Json : """{"reload":true}"""), cancellationToken);
            else if (WatchTable.IsPossible)
                await WatchTable.ShowAsync(events, left);
            else
                await PrintAsync(
                    events, left, Console.IsOutputRedirected ? WatchText.Line : item => WatchText.Narrow(item, AnsiConsole.Profile.Width), cancellationToken);
            return ExitCode.Success;
        });
        return verb;
    }

    private static async Task PrintAsync(IAsyncEnumerable<WatchItem> events, long left, Func<WatchItem, string> line, CancellationToken cancellationToken)
    {
        try
        {
            await PrintAllAsync(events, left, line);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody reads any more.
        }
    }

    private static async Task PrintAllAsync(IAsyncEnumerable<WatchItem> events, long left, Func<WatchItem, string> line)
    {
        await foreach (var item in events)
        {
            Terminal.Line(line(item));
            if (item is WatchItem.Happened && --left == 0)
                return;
        }
    }
}
