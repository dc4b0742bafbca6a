namespace JobRequests.Client;

/// <summary>What became of an accept: one of <see cref="Won"/>, <see cref="OnStandby"/>, <see cref="Lost"/> and <see cref="Unknown"/>.</summary>
public abstract record Acceptance
{
    private Acceptance()
    {
    }

    /// <summary>The job was the caller's at this answer.</summary>
    /// <param name="Job">The job then; null where it is no longer known.</param>
    /// <param name="ConfirmBy">Until when to <see cref="JobRequestsClient.ConfirmAsync"/>; null where that is not asked for.</param>
    public sealed record Won(Job? Job, DateTimeOffset? ConfirmBy) : Acceptance;

    /// <summary>Somebody else has it, and the caller waits in line.</summary>
    /// <param name="Rank">The place, from 1.</param>
    public sealed record OnStandby(int Rank) : Acceptance;

    /// <summary>The caller did not get it, and does not wait for it.</summary>
    /// <param name="Reason">The code, such as <c>ALREADY_ACCEPTED</c>.</param>
    public sealed record Lost(string Reason) : Acceptance;

    /// <summary>There is no outcome: see the result itself.</summary>
    public sealed record Unknown(CommandResult Result) : Acceptance;

    /// <param name="result">The answer to an accept.</param>
    public static Acceptance Of(CommandResult result) => result switch
    {
        CommandResult.Succeeded { StandbyRank: { } rank } => new OnStandby(rank),
        CommandResult.Succeeded won => new Won(won.Job, won.Job?.ConfirmBy),
        CommandResult.Rejected lost => new Lost(lost.Reason),
        _ => new Unknown(result),
    };
}
