namespace JobRequests.Cli.Race;

/// <summary>The answers of a race as calls of a history: times in nanoseconds on one clock.</summary>
internal static class RaceCalls
{
    public static RecordedCall Of(CommandResult result, string job, string operation, string caller, long start, long end) => new()
    {
        Job = job,
        Op = operation,
        Caller = caller,
        Key = result.Key,
        Start = start,
        End = end,
        Outcome = OutcomeOf(result),
        Version = checked((int?)VersionOf(result)),
        Status = result.Answer?.Status,
        Code = CodeOf(result),
        Replayed = result is CommandResult.Succeeded ? result.Replayed : null,
    };

    public static long? VersionOf(CommandResult result) => result switch
    {
        CommandResult.Succeeded won => won.Version,
        CommandResult.Rejected lost => lost.Version,
        _ => null,
    };

    public static string? CodeOf(CommandResult result) => result switch
    {
        CommandResult.Rejected lost => lost.Reason,
        CommandResult.Pending still => still.Code,
        CommandResult.NotEnqueued refused => refused.Code,
        _ => null,
    };

    private static string OutcomeOf(CommandResult result) => result switch
    {
        CommandResult.Succeeded => "SUCCESS",
        CommandResult.Rejected => "FAIL",
        CommandResult.Pending => "TIMEOUT",
        _ => "REFUSED",
    };
}
