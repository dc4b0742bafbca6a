using Spectre.Console;

namespace JobRequests.Cli.Files;

/// <summary>Creates the jobs of a file.</summary>
internal static class FileSender
{
    // A caller's share of the service is filled up again in seconds; calls of a long file wait for it.
    private static readonly TimeSpan LeastWait = TimeSpan.FromMinutes(1);

    public static async Task<int> SendAsync(Session session, string path, CancellationToken cancellationToken)
    {
        var jobs = JobFile.Read(path);
        var import = Import.Begin(session, path, jobs);
        var results = new List<CommandResult>(jobs.Count);
        try
        {
            await WithBarAsync(session, jobs.Count, async advance =>
            {
                var wishes = new CommandOptions { Key = import.Key, Wait = session.Wait > LeastWait ? session.Wait : LeastWait };
                await foreach (var result in session.Client().CreateManyAsync(jobs.Select(static line => line.Job), wishes, cancellationToken))
                {
                    results.Add(result);
                    if (session.Json && result.Answer is { } answer) Terminal.JsonLine(answer.Body);
                    advance();
                }
            });
        }
        catch (OperationCanceledException)
        {
            Terminal.Error($"Interrupted after {results.Count} of {jobs.Count} jobs. The same command goes on.");
            return ExitCode.Interrupted;
        }
        finally
        {
            import.End(results);
        }

        var failed = results.Select((result, index) => (Result: result, jobs[index].Place))
            .Where(static line => line.Result is not CommandResult.Succeeded)
            .ToList();
        foreach (var (result, place) in failed) Terminal.Error($"{place}: {WhatIsWrong(result)}");
        if (!session.Json) Terminal.Good(Summary(results, failed.Count));
        return failed.Count > 0 ? Answers.Code(failed[0].Result) : ExitCode.Success;
    }

    private static string Summary(IReadOnlyList<CommandResult> results, int failed)
    {
        var replayed = results.Count(static result => result is CommandResult.Succeeded { Replayed: true });
        return $"Created {results.Count - failed - replayed} jobs."
            + (replayed > 0 ? $" {replayed} were created by an earlier run." : "")
            + (failed > 0 ? $" {failed} were not created: correct them in their places, and run the same command again." : "");
    }

    private static string WhatIsWrong(CommandResult result) => result switch
    {
        CommandResult.Rejected rejected => $"{rejected.Message} ({rejected.Reason})",
        CommandResult.NotEnqueued { Errors.Count: > 0 } refused => string.Join("; ", refused.Errors),
        CommandResult.NotEnqueued refused => $"{refused.Message} ({refused.Code})",
        CommandResult.Pending still => $"{still.Message} ({still.Code}); it may yet be created",
        _ => throw new InvalidOperationException($"{result.GetType().Name} is not handled."),
    };

    private static Task WithBarAsync(Session session, int count, Func<Action, Task> send)
    {
        if (session.Json || Console.IsErrorRedirected) return send(static () => { });
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().StartAsync(bars =>
        {
            var bar = bars.AddTask($"Creating {count} jobs", maxValue: count);
            return send(() => bar.Increment(1));
        });
    }
}
