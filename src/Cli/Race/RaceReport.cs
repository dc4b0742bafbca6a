namespace JobRequests.Cli.Race;

/// <summary>Prints what a race brought: a row for each job, or for many only those that need a look.</summary>
internal static class RaceReport
{
    private const int MostRows = 20;

    /// <returns>The exit code.</returns>
    public static int Print(IReadOnlyList<RacedJob> jobs, IReadOnlyCollection<RecordedCall> calls, TimeSpan duration)
    {
        foreach (var job in jobs.Where(job => job.Job is not null && (jobs.Count <= MostRows || !IsGood(job))))
            Terminal.Line(Line(job));
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

    /// <summary>People, each counted once however often they sent their request.</summary>
    private static string Line(RacedJob job)
    {
        var verdict = job.BrokenPromise() is not null ? "BROKEN" : job.IsSettled ? "ok" : "open";
        var counts = new (int Count, string Name)[]
        {
            (job.Count<CommandResult.Succeeded>(), "won"),
            (job.Count<CommandResult.Rejected>(), "lost"),
            (job.Count<CommandResult.Pending>(), "open"),
            (job.Count<CommandResult.NotEnqueued>(), "refused"),
            (job.Repeats, "repeats"),
        };
        return $"{verdict}  {job.Job}  {string.Join(", ", job.Winners)}  "
            + $"{string.Join(", ", counts.Where(count => count.Count > 0).Select(count => $"{count.Count} {count.Name}"))}";
    }
}
