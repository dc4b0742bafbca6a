using JobRequests.Client;

namespace JobRequests.Cli.Race;

/// <summary>One call of a race, as a line of the history file: times in nanoseconds on one clock.</summary>
internal sealed record RecordedCall
{
    public required string Job { get; init; }
    public required string Op { get; init; }
    public required string Caller { get; init; }
    public string? Key { get; init; }
    public IReadOnlyList<string>? Candidates { get; init; }
    public required long Start { get; init; }
    public required long End { get; init; }
    public required string Outcome { get; init; }
    public long? Version { get; init; }
    public string? Winner { get; init; }
    public int? Status { get; init; }
    public string? Code { get; init; }
    public bool? Replayed { get; init; }

    /// <summary>How long the caller would wait, seconds.</summary>
    public double? Wait { get; init; }

    public static RecordedCall Of(CommandResult result, string job, string operation, string caller, long start, long end) => new()
    {
        Job = job,
        Op = operation,
        Caller = caller,
        Key = result.Key,
        Start = start,
        End = end,
        Outcome = OutcomeOf(result),
        Version = VersionOf(result),
        Status = result.Answer?.Status,
        Code = CodeOf(result),
        Replayed = result is CommandResult.Won ? result.Replayed : null,
    };

    public static long? VersionOf(CommandResult result) => result switch
    {
        CommandResult.Won won => won.Version,
        CommandResult.Lost lost => lost.Version,
        _ => null,
    };

    public static string? CodeOf(CommandResult result) => result switch
    {
        CommandResult.Lost lost => lost.Reason,
        CommandResult.StillDeciding still => still.Code,
        CommandResult.Refused refused => refused.Code,
        _ => null,
    };

    private static string OutcomeOf(CommandResult result) => result switch
    {
        CommandResult.Won => "SUCCESS",
        CommandResult.Lost => "FAIL",
        CommandResult.StillDeciding => "TIMEOUT",
        _ => "REFUSED",
    };
}
