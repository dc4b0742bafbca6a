using JobRequests.Client;

namespace JobRequests.Cli.Output;

/// <summary>An answer as one clear line and an exit code.</summary>
internal static class Answers
{
    /// <param name="result">The answer.</param>
    /// <param name="operation">What was asked for.</param>
    /// <param name="task">The task of a <c>finish-task</c>.</param>
    public static string Text(CommandResult result, string operation, string? task = null) => result switch
    {
        CommandResult.Won won => Done(won, operation, task) + (won.Replayed ? " An earlier request with this key did it." : ""),
        CommandResult.Lost { Reason: "ALREADY_ACCEPTED" } lost => $"Somebody else has it: {lost.Message} ({Where(lost)}).",
        CommandResult.Lost lost => $"No: {lost.Message} ({Where(lost)}).",
        CommandResult.StillDeciding { Code: "JOB_REQUEST_NOT_FOUND" } still =>
            $"No outcome yet: {still.Message} ({still.Code}){KnownAt(still)} The key is kept; if the id was wrong: `jobctl retry {still.Key} --forget`.",
        CommandResult.StillDeciding still =>
            $"No outcome yet: {still.Message} ({still.Code}){KnownAt(still)} The key is kept: `jobctl retry {still.Key}` asks again.",
        CommandResult.Refused { Code: "UNREACHABLE" } refused =>
            $"{refused.Message}\n{Failures.HowToStart}\nNothing was sent. The command is kept: `jobctl retry {refused.Key}` sends it.",
        CommandResult.Refused refused when ExitCode.OfRefusal(refused.Answer?.Status) == ExitCode.Busy =>
            $"Not now: {refused.Message} ({refused.Code}). Nothing was done. Try again{In(refused.RetryAfter)}: `jobctl retry {refused.Key}`.",
        CommandResult.Refused { Answer.Status: 401 } refused => $"Refused: {refused.Message} ({refused.Code}).\n{Failures.NotLoggedIn}",
        CommandResult.Refused refused => string.Join("\n  ", refused.Errors.Prepend($"Refused: {refused.Message} ({refused.Code}).")),
        _ => throw new InvalidOperationException($"{result.GetType().Name} is not handled."),
    };

    public static int Code(CommandResult result) => result switch
    {
        CommandResult.Won => ExitCode.Success,
        CommandResult.Lost => ExitCode.Failed,
        CommandResult.StillDeciding { Reached: false } => ExitCode.Unreachable,
        CommandResult.StillDeciding => ExitCode.Undecided,
        CommandResult.Refused { Code: "UNREACHABLE" } => ExitCode.Unreachable,
        CommandResult.Refused refused => ExitCode.OfRefusal(refused.Answer?.Status),
        _ => throw new InvalidOperationException($"{result.GetType().Name} is not handled."),
    };

    /// <summary>Prints the answer, or with <paramref name="json"/> its body.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(CommandResult result, string operation, string? task, bool json)
    {
        var code = Code(result);
        var text = Text(result, operation, task);
        if (json && result.Answer is { } answer)
            Terminal.Raw(answer.Body);
        else if (code is ExitCode.Refused or ExitCode.Busy or ExitCode.Unreachable || json)
            Terminal.Error(text);
        else if (code == ExitCode.Success)
            Terminal.Good(text);
        else if (code == ExitCode.Failed)
            Terminal.Bad(text);
        else
            Terminal.Open(text);
        return code;
    }

    private static string Done(CommandResult.Won won, string operation, string? task)
    {
        var version = $"(version {won.Version})";
        return operation switch
        {
            Operation.Create => $"Job {won.JobRequestId} is on offer {version}.",
            Operation.Accept => $"You have the job {version}.",
            Operation.Decline when won.Job?.Status == "Declined" => $"You declined, and nobody is left who may answer {version}.",
            Operation.Decline => $"You declined {version}.",
            Operation.Withdraw => $"You gave the job back; it is open again {version}.",
            Operation.Cancel => $"The job is cancelled {version}.",
            Operation.Start => $"The work has begun {version}.",
            Operation.FinishTask => $"Task {task} is done {version}.",
            Operation.Finish => $"The job is finished {version}.",
            _ => $"Done {version}.",
        };
    }

    private static string Where(CommandResult.Lost lost) => lost.Version is { } version ? $"{lost.Reason}, version {version}" : lost.Reason;

    private static string KnownAt(CommandResult.StillDeciding still) =>
        still.OutcomeKnownAt is { } at ? $", certain from {Times.Text(at)} on." : ".";

    private static string In(TimeSpan? pause) => pause is { } time ? $" in {Math.Ceiling(time.TotalSeconds)} s" : "";
}
