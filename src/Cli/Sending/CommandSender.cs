namespace JobRequests.Cli.Sending;

/// <summary>Sends a verb's command and prints the answer.</summary>
internal static class CommandSender
{
    public static async Task<int> SendAsync(Session session, JobCommand command, SendOptions options, CancellationToken cancellationToken)
    {
        if (options.DryRun)
            return await DryRunAsync(session, command, options.IfMatch, cancellationToken);

        var key = session.Key ?? IdempotencyKey.New();
        var wishes = new CommandOptions
        {
            Key = key,
            IfMatch = options.IfMatch,
            ExecuteBefore = options.ExecuteBefore,
            Progress = new ProgressLines(session.Json),
        };
        return await AnswerAsync(session, command.Operation, command.TaskId, key, session.Client().SendAsync(command, wishes, cancellationToken));
    }

    public static async Task<int> ResumeAsync(Session session, PendingRequest request, CancellationToken cancellationToken) => await AnswerAsync(
        session, request.Operation, request.TaskId, request.Key,
        session.Client().ResumeAsync(request, progress: new ProgressLines(session.Json), cancellationToken: cancellationToken));

    private static async Task<int> AnswerAsync(Session session, string operation, string? task, string key, Task<CommandResult> sending)
    {
        try
        {
            var result = await sending;
            var code = Answers.Print(result, operation, task, session.Json);
            if (result is not CommandResult.Succeeded { JobRequestId.Length: > 0 } won)
                return code;
            Memory.Remember(memory => memory.WithJob(won.JobRequestId));
            if (operation == Client.Operation.Create && !session.Json && !Console.IsOutputRedirected)
                Terminal.Line($"Next: jobctl watch {JobArgument.Short(won.JobRequestId)}, or jobctl open {JobArgument.Short(won.JobRequestId)}");
            return code;
        }
        catch (OperationCanceledException)
        {
            Terminal.Error($"Interrupted. The command may still be executed; its key is kept: `jobctl retry {key}` asks what became of it.");
            return ExitCode.Interrupted;
        }
    }

    private static async Task<int> DryRunAsync(Session session, JobCommand command, long? ifMatch, CancellationToken cancellationToken)
    {
        DryRun dryRun;
        try
        {
            dryRun = await session.Client().DryRunAsync(command, ifMatch, cancellationToken);
        }
        catch (JobRequestsException e) when (session.Json)
        {
            Terminal.Raw(e.Answer.Body);
            return ExitCode.OfRefusal(e.Answer.Status);
        }

        var would = dryRun.Outcome == "SUCCESS";
        if (session.Json)
            Terminal.Raw(dryRun.Answer?.Body ?? "");
        else if (would)
            Terminal.Good($"Would {(dryRun.StandbyRank is { } rank ? $"wait in line as number {rank}" : "succeed")} (version {dryRun.Version}).");
        else
            Terminal.Bad($"Would be rejected ({dryRun.Code ?? dryRun.Outcome}, version {dryRun.Version}).");
        return would ? ExitCode.Success : ExitCode.Failed;
    }
}

/// <summary>Tells a person at the terminal why it takes longer; silent for scripts.</summary>
internal sealed class ProgressLines(bool silent) : IProgress<CommandProgress>
{
    private readonly bool _silent = silent || Console.IsErrorRedirected;

    public void Report(CommandProgress value)
    {
        if (!_silent)
            Terminal.Error($"{value.Message} ({value.Code}); the same key again in {value.NextIn.TotalSeconds:0.0} s");
    }
}
