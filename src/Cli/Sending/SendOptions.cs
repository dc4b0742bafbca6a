namespace JobRequests.Cli.Sending;

/// <summary>Options of every verb that sends a command.</summary>
internal sealed record SendOptions(long? IfMatch, bool DryRun, DateTimeOffset? ExecuteBefore)
{
    private static readonly Option<long?> IfMatchOption = new("--if-match")
    {
        Description = "Only if the job is still at this version",
        HelpName = "VERSION",
    };

    private static readonly Option<bool> DryRunOption = new("--dry-run") { Description = "Show what would happen without doing it" };

    private static readonly Option<string?> ExecuteBeforeOption = new("--execute-before")
    {
        Description = "Give up after this time (2h, 30m or an ISO time)",
        HelpName = "TIME",
    };

    public static void AddTo(Command verb)
    {
        verb.Options.Add(IfMatchOption);
        verb.Options.Add(DryRunOption);
        verb.Options.Add(ExecuteBeforeOption);
    }

    public static SendOptions Of(ParseResult parsed) => new(
        parsed.GetValue(IfMatchOption),
        parsed.GetValue(DryRunOption),
        parsed.GetValue(ExecuteBeforeOption) is { } time ? Times.Parse(time, DateTimeOffset.UtcNow) : null);
}
