namespace JobRequests.Gateway.JobRequests;

/// <summary>What became of a command, before it is put into the words of one API.</summary>
internal abstract record CommandResult
{
    private CommandResult()
    {
    }

    /// <summary>One of <see cref="Outcomes"/>.</summary>
    public string Outcome => this switch
    {
        Succeeded => Outcomes.Success,
        Rejected => Outcomes.Fail,
        InProgress or Pending => Outcomes.Timeout,
        _ => Outcomes.Refused,
    };

    public sealed record Succeeded(JobRequestReply.Succeeded Reply) : CommandResult;

    public sealed record Rejected(JobRequestReply.Rejected Reply) : CommandResult;

    /// <summary>Refused here: certainly not enqueued.</summary>
    public sealed record NotEnqueued(Refusal Refusal) : CommandResult;

    /// <summary>
    /// Refused by the job without a record of it. Unless <paramref name="IsCertain"/>, a redelivery may still decide the command
    /// until its deadline.
    /// </summary>
    public sealed record Unrecorded(ProblemType Type, bool IsCertain, TimeSpan? RetryAfter = null) : CommandResult;

    /// <summary>The same request is in progress and the caller did not want to join it.</summary>
    public sealed record InProgress : CommandResult;

    /// <summary>No decision within the requested wait.</summary>
    public sealed record Pending(Enqueued Enqueued) : CommandResult;
}
