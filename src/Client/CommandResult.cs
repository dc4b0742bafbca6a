namespace JobRequests.Client;

/// <summary>
/// The answer to a command, one of <see cref="Succeeded"/>, <see cref="Rejected"/>, <see cref="Pending"/> and <see cref="NotEnqueued"/>.
/// They are named after the race for a job, and mean the same for every command: it is done; it is not and never will be, under this key;
/// nobody knows yet; it was never taken up.
/// </summary>
public abstract record CommandResult
{
    private CommandResult()
    {
    }

    /// <summary>The idempotency key of the command.</summary>
    public required string Key { get; init; }

    /// <summary>The service's last HTTP answer as it came; null when none came. A proxy's page is none.</summary>
    public RawAnswer? Answer { get; init; }

    /// <summary>
    /// True when this is the outcome of an earlier request with this key, found again. The job may have changed since: see <see cref="Current"/>.
    /// </summary>
    public bool Replayed { get; init; }

    /// <summary>Of a replay: the job as it was right after the answer came. Null when it could not be read, and for an outcome that is new.</summary>
    public Job? Current { get; init; }

    /// <summary>SUCCESS: the command was executed, and the change is durable.</summary>
    /// <param name="JobRequestId">The job; for a create, the new one.</param>
    /// <param name="Version">The job's version after the command.</param>
    /// <param name="Job">The job at that version, as this caller may see it; null where it is no longer known.</param>
    public sealed record Succeeded(string JobRequestId, long Version, Job? Job) : CommandResult
    {
        /// <summary>Of an accept that has no job, but a place in the line: the place, from 1.</summary>
        public int? StandbyRank { get; init; }
    }

    /// <summary>FAIL: the rules said no. A repeat with the same key gets this answer again.</summary>
    /// <param name="Reason">The code, such as <c>ALREADY_ACCEPTED</c>.</param>
    /// <param name="Message">One sentence for a person.</param>
    /// <param name="JobRequestId">The job.</param>
    /// <param name="Version">The job's version at which it was decided.</param>
    public sealed record Rejected(string Reason, string Message, string? JobRequestId, long? Version) : CommandResult;

    /// <summary>
    /// The command may have been executed or may yet be. Ask again with <see cref="JobRequestsClient.ResumeAsync"/>: the saved key is kept,
    /// and only a SUCCESS or FAIL ends this state.
    /// </summary>
    /// <param name="Code">What was heard last, such as <c>DECISION_TIMEOUT</c> or <c>CONNECTION_LOST</c>.</param>
    /// <param name="Message">One sentence for a person.</param>
    /// <param name="OutcomeKnownAt">From when on the service can tell for certain, where it said so.</param>
    /// <param name="Reached">False when no attempt of this call got as far as a connection.</param>
    public sealed record Pending(string Code, string Message, DateTimeOffset? OutcomeKnownAt, bool Reached) : CommandResult;

    /// <summary>Nothing was executed and nothing is stored under the key.</summary>
    /// <param name="Code">
    /// The code, such as <c>VALIDATION</c>, <c>JOB_REQUEST_NOT_FOUND</c>, <c>OVERLOADED</c>; <c>UNREACHABLE</c> when the service could not be connected to.
    /// </param>
    /// <param name="Message">One sentence for a person.</param>
    /// <param name="Errors">Field by field, for <c>VALIDATION</c>.</param>
    /// <param name="RetryAfter">When to try the same key again, for an overload or a quota.</param>
    public sealed record NotEnqueued(string Code, string Message, IReadOnlyList<string> Errors, TimeSpan? RetryAfter) : CommandResult;
}

/// <summary>An HTTP answer as it came.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body's text.</param>
public sealed record RawAnswer(int Status, string Body);

/// <summary>What a command would do now; nothing was stored.</summary>
/// <param name="Outcome"><c>SUCCESS</c> or <c>FAIL</c>.</param>
/// <param name="Code">Why it would fail.</param>
/// <param name="Version">The job's version that the answer rests on, or would lead to.</param>
/// <param name="StandbyRank">The place in the line, from 1, where an accept would have that and no job.</param>
public sealed record DryRun(string Outcome, string? Code, long? Version, int? StandbyRank = null)
{
    /// <summary>The HTTP answer as it came.</summary>
    public RawAnswer? Answer { get; init; }
}

/// <summary>What the service knows about a key.</summary>
public abstract record RequestStatus
{
    private RequestStatus()
    {
    }

    /// <summary>The HTTP answer as it came.</summary>
    public required RawAnswer Answer { get; init; }

    /// <summary>Nothing: the command is safe to send with the same key.</summary>
    /// <param name="NeverHappened">True when it is certain that no earlier attempt was or will be executed.</param>
    public sealed record Unknown(bool NeverHappened) : RequestStatus;

    /// <summary>It was taken up and has no outcome yet.</summary>
    public sealed record Pending : RequestStatus;

    /// <summary>It has its outcome: <see cref="CommandResult.Succeeded"/> or <see cref="CommandResult.Rejected"/>.</summary>
    public sealed record Decided(CommandResult Result) : RequestStatus;
}
