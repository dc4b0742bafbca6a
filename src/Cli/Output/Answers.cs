namespace JobRequests.Cli.Output;

/// <summary>An answer as one clear line and an exit code.</summary>
internal static class Answers
{
    private const string JobNotFound = "JOB_REQUEST_NOT_FOUND";

    /// <param name="result">The answer.</param>
    /// <param name="operation">What was asked for.</param>
    /// <param name="task">The task of a <c>finish-task</c>.</param>
    public static string Text(CommandResult result, string operation, string? task = null) => result switch
    {
        CommandResult.Succeeded won when IsOld(won) =>
            $"Already done by an earlier request with this key (version {won.Version}, key {won.Key}). {Now(won, won.JobRequestId)}",
        CommandResult.Succeeded won => JobVerb.Told(won, operation, task) + (won.Replayed ? " (already done by an earlier request with this key)" : ""),
        CommandResult.Rejected lost when IsOld(lost) => $"Already rejected under this key: {lost.Message} ({Where(lost)}). {Now(lost, lost.JobRequestId)}",
        CommandResult.Rejected { Reason: "ALREADY_ACCEPTED" } lost => $"{lost.Message} ({Where(lost)}).",
        CommandResult.Rejected lost => $"Rejected: {lost.Message} ({Where(lost)}).",
        CommandResult.Pending { Code: JobNotFound } still =>
            $"There is no such job, or it is not offered to you ({still.Code}). Nothing was "
                + $"done{(still.OutcomeKnownAt is { } at ? $"; from {Times.Text(at)} on it is certain that nothing will be" : "")}. "
            + $"`jobctl retry {still.Key}` asks again then, `jobctl retry {still.Key} --forget` drops the request now.",
        CommandResult.Pending still =>
            $"No outcome yet: {still.Message} ({still.Code}){KnownAt(still)} The key is kept: `jobctl retry {still.Key}` asks again.",
        CommandResult.NotEnqueued { Code: "UNREACHABLE" } refused =>
            $"{refused.Message}\n{Failures.HowToStart}\nNothing was sent. The command is kept: `jobctl retry {refused.Key}` sends it.",
        CommandResult.NotEnqueued refused when ExitCode.OfRefusal(refused.Answer?.Status) == ExitCode.Busy =>
            $"Not now: {refused.Message} ({refused.Code}). Nothing was done. Try again{In(refused.RetryAfter)}: `jobctl retry {refused.Key}`.",
        CommandResult.NotEnqueued { Answer.Status: 401 } refused => $"Refused: {refused.Message} ({refused.Code}).\n{Failures.NotLoggedIn}",
        CommandResult.NotEnqueued refused => string.Join("\n  ", refused.Errors.Prepend($"Refused: {refused.Message} ({refused.Code}).")),
        _ => throw new InvalidOperationException($"{result.GetType().Name} is not handled."),
    };

    public static int Code(CommandResult result) => result switch
    {
        CommandResult.Succeeded => ExitCode.Success,
        CommandResult.Rejected => ExitCode.Failed,
        CommandResult.Pending { Reached: false } => ExitCode.Unreachable,
        CommandResult.Pending { Code: JobNotFound } => ExitCode.Refused,
        CommandResult.Pending => ExitCode.Undecided,
        CommandResult.NotEnqueued { Code: "UNREACHABLE" } => ExitCode.Unreachable,
        CommandResult.NotEnqueued refused => ExitCode.OfRefusal(refused.Answer?.Status),
        _ => throw new InvalidOperationException($"{result.GetType().Name} is not handled."),
    };

    /// <summary>Prints the answer, or with <paramref name="json"/> its body.</summary>
    /// <returns>The exit code.</returns>
    public static int Print(CommandResult result, string operation, string? task, bool json)
    {
        var code = Code(result);
        var text = Text(result, operation, task);
        try
        {
            Print(result, code, text, json);
        }
        catch (OutputException e)
        {
            Terminal.Error($"{e.Message}. The answer was: {text}");
            return e.ReaderIsGone ? code : ExitCode.LocalFile;
        }

        return code;
    }

    private static void Print(CommandResult result, int code, string text, bool json)
    {
        if (json && result.Answer is { } answer)
            Terminal.Raw(answer.Body);
        else if (IsOld(result))
            Terminal.Open(text);
        else if (code is ExitCode.Refused or ExitCode.Busy or ExitCode.Unreachable || json)
            Terminal.Error(text);
        else if (code == ExitCode.Success)
            Terminal.Good(text);
        else if (code == ExitCode.Failed)
            Terminal.Bad(text);
        else
            Terminal.Open(text);
    }

    /// <summary>True where the job is, or may be, no longer as the outcome says.</summary>
    private static bool IsOld(CommandResult result) => result.Replayed && result switch
    {
        CommandResult.Succeeded won => won.Current?.Version != won.Version,
        CommandResult.Rejected lost => lost.Current?.Version != lost.Version,
        _ => false,
    };

    /// <summary>What is true now, after an outcome that was true once.</summary>
    private static string Now(CommandResult result, string? job) => result.Current is { } now
        ? $"Now the job is {now.Status}{(now.AcceptedBy is { } winner ? $", accepted by {winner}" : "")} (version {now.Version})."
        : $"The job as it is now could not be read: `jobctl show {job}`.";

    private static string Where(CommandResult.Rejected lost) => $"{lost.Reason}{(lost.Version is { } version ? $", version {version}" : "")}, key {lost.Key}";

    private static string KnownAt(CommandResult.Pending still) =>
        still.OutcomeKnownAt is { } at ? $". It will be known for certain from {Times.Text(at)} on." : ".";

    private static string In(TimeSpan? pause) => pause is { } time ? $" in {Math.Ceiling(time.TotalSeconds)} s" : "";
}
