using JobRequests.Cli.Output;
using JobRequests.Client;
using Spectre.Console;

namespace JobRequests.Cli.Race;

/// <summary>Prints what a race brought: a row for each job, or for many only those that need a look.</summary>
internal static class RaceReport
{
    private const int MostRows = 20;
    private const int RedirectedWidth = 160;

    /// <returns>The exit code.</returns>
    public static int Print(IReadOnlyList<RacedJob> jobs, IReadOnlyCollection<RecordedCall> calls, TimeSpan duration)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = RedirectedWidth;
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in (string[])["job", "winner", "won", "lost", "open", "refused", "replayed", ""])
            table.AddColumn(title, column => column.NoWrap());
        foreach (var job in jobs.Where(job => jobs.Count <= MostRows || !IsGood(job)))
            table.AddRow([.. Cells(job).Select(cell => new Text(cell))]);
        if (table.Rows.Count > 0)
            AnsiConsole.Write(table);
        foreach (var job in jobs)
        {
            if (job.BrokenPromise() is { } broken)
                Terminal.Bad($"{job.Job}: {broken}");
            else if (job.Job is null)
                Terminal.Open($"#{job.Number} was not created: {Answers.Text(job.Created, Operation.Create)}");
        }

        var accepts = calls.Where(call => call.Op == Operation.Accept).ToList();
        Terminal.Line($"{accepts.Count} accepts in {duration.TotalSeconds:0.00} s ({accepts.Count / duration.TotalSeconds:0} a second)");
        foreach (var line in new Latencies(accepts).Lines())
            Terminal.Line(line);

        var brokenJobs = jobs.Count(job => job.BrokenPromise() is not null);
        var settled = jobs.Count(job => job.IsSettled);
        if (brokenJobs > 0)
        {
            Terminal.Bad($"BROKEN: {brokenJobs} of {jobs.Count} jobs, see above.");
            return ExitCode.PromiseBroken;
        }

        if (settled == jobs.Count)
        {
            Terminal.Good($"Exactly one won each of {jobs.Count} jobs, and nobody was told otherwise.");
            return ExitCode.Success;
        }

        Terminal.Open($"Exactly one won each of {settled} jobs; {jobs.Count - settled} of {jobs.Count} are open: calls were without outcome or refused.");
        return ExitCode.Undecided;
    }

    private static bool IsGood(RacedJob job) => job.IsSettled && job.BrokenPromise() is null;

    private static IEnumerable<string> Cells(RacedJob job) => job.Job is null
        ? [$"#{job.Number}", "-", "", "", "", "", "", "open"]
        :
        [
            job.Job,
            string.Join(", ", job.Winners),
            $"{job.Count<CommandResult.Won>()}",
            $"{job.Count<CommandResult.Lost>()}",
            $"{job.Count<CommandResult.StillDeciding>()}",
            $"{job.Count<CommandResult.Refused>()}",
            $"{job.Replays}",
            job.BrokenPromise() is not null ? "BROKEN" : job.IsSettled ? "ok" : "open",
        ];
}
