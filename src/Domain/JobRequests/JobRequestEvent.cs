using System.Collections.Immutable;

namespace JobRequests.Domain;

/// <summary>What happened to a job request. Facts, past tense; folded by <see cref="JobRequest.Evolve"/>.</summary>
public abstract record JobRequestEvent
{
    private JobRequestEvent(string? by, DateTimeOffset at)
    {
        By = by;
        At = at;
    }

    /// <summary>Whose command led to it; null for what time did.</summary>
    public string? By { get; }

    public DateTimeOffset At { get; }

    /// <summary>Who has the job from this event on; null where that stays as it is, or nobody has it.</summary>
    public string? NewWinner => this switch
    {
        JobAccepted e => e.Candidate,
        JobAssigned e => e.Candidate,
        JobWithdrawn e => e.Promoted,
        JobReleased e => e.Promoted,
        AcceptanceLapsed e => e.Promoted,
        _ => null,
    };

    /// <summary>Who has the job no more. With it the next epoch begins, in which the first on standby has the job, or it is open again.</summary>
    public string? FormerWinner => this switch
    {
        JobWithdrawn e => e.Winner,
        JobReleased e => e.Candidate,
        AcceptanceLapsed e => e.Candidate,
        _ => null,
    };

    /// <summary>Whether the job is offered from this event on: for the first time, or again.</summary>
    public bool Opens => this is JobRequested || (FormerWinner is not null && NewWinner is null);

    /// <summary>By which right a dispatcher acted; null for what needs none.</summary>
    public DispatcherRole? Role => this switch
    {
        JobCancelled e => e.Right,
        JobAmended e => e.Right,
        JobAssigned e => e.Right,
        JobReleased e => e.Right,
        _ => (DispatcherRole?)null,
    };

    /// <summary>
    /// The command whose success it is; null for what time did, and for what follows from the event before it. Whether an accept that won had asked for
    /// standby too is not kept.
    /// </summary>
    public JobRequestCommand? ToCommand() => this switch
    {
        JobRequested e => new JobRequestCommand.Create(
            [.. e.Candidates, .. e.Waiting ?? []], e.Tasks, e.Title, e.ExpiresAt, e.Details, e.Waves, e.ConfirmSeconds),
        JobAccepted => new JobRequestCommand.Accept(),
        StandbyJoined => new JobRequestCommand.Accept(Standby: true),
        AcceptanceConfirmed => new JobRequestCommand.Confirm(),
        JobDeclined e => new JobRequestCommand.Decline(e.Reason),
        JobWithdrawn or StandbyLeft => new JobRequestCommand.Withdraw(),
        JobAmended e => e.Changes with { AddCandidates = e.Asked ?? e.Waiting },
        JobCancelled e => new JobRequestCommand.Cancel(e.Reason),
        JobAssigned e => new JobRequestCommand.Assign(e.Candidate),
        JobReleased e => new JobRequestCommand.Release(e.Reason),
        JobStarted => new JobRequestCommand.Start(),
        TaskFinished e => new JobRequestCommand.FinishTask(e.TaskId),
        JobFinished => new JobRequestCommand.Finish(),
        _ => null,
    };

    /// <param name="Requester">Who offers it.</param>
    /// <param name="Candidates">Who is asked at once.</param>
    /// <param name="Tasks">What is to be done.</param>
    /// <param name="Title">What people read, or null.</param>
    /// <param name="ExpiresAt">The end of the offer, or null.</param>
    /// <param name="At">When.</param>
    /// <param name="Details">What, where and when the job is, or null.</param>
    /// <param name="Waiting">Who is asked by later waves, in this order; null where all are asked at once.</param>
    /// <param name="Waves">The plan of them; null where there is none.</param>
    /// <param name="ConfirmSeconds">How long a winner has to confirm; null where that is not asked for.</param>
    public sealed record JobRequested(
        string Requester,
        ImmutableArray<string> Candidates,
        ImmutableArray<JobTask> Tasks,
        string? Title,
        DateTimeOffset? ExpiresAt,
        DateTimeOffset At,
        JobDetails? Details = null,
        ImmutableArray<string>? Waiting = null,
        ImmutableArray<Wave>? Waves = null,
        int? ConfirmSeconds = null) : JobRequestEvent(Requester, At);

    /// <summary>A wave reached its people: time has come, or of those asked so far nobody was left.</summary>
    public sealed record OfferWidened(int Wave, ImmutableArray<string> Candidates, DateTimeOffset At) : JobRequestEvent(null, At);

    public sealed record JobAccepted(string Candidate, DateTimeOffset At) : JobRequestEvent(Candidate, At);

    public sealed record JobDeclined(string Candidate, string? Reason, DateTimeOffset At) : JobRequestEvent(Candidate, At);

    /// <summary>Somebody waits for the job that another has; <paramref name="Rank"/> counts from 1.</summary>
    public sealed record StandbyJoined(string Candidate, int Rank, DateTimeOffset At) : JobRequestEvent(Candidate, At);

    public sealed record StandbyLeft(string Candidate, DateTimeOffset At) : JobRequestEvent(Candidate, At);

    /// <summary>The winner knows of the win.</summary>
    public sealed record AcceptanceConfirmed(string Winner, DateTimeOffset At) : JobRequestEvent(Winner, At);

    /// <summary>The winner did not confirm in time.</summary>
    public sealed record AcceptanceLapsed(string Candidate, DateTimeOffset At, string? Promoted = null) : JobRequestEvent(null, At);

    public sealed record JobWithdrawn(string Winner, DateTimeOffset At, string? Promoted = null) : JobRequestEvent(Winner, At);

    public sealed record JobCancelled(
        string Dispatcher, DateTimeOffset At, string? Reason = null, DispatcherRole Right = DispatcherRole.Requester) : JobRequestEvent(Dispatcher, At);

    /// <param name="Dispatcher">Whose command it was.</param>
    /// <param name="Changes">What is new, and what is removed; people apart.</param>
    /// <param name="At">When.</param>
    /// <param name="Right">By which right.</param>
    /// <param name="Asked">Who is asked from now on; null for nobody.</param>
    /// <param name="Waiting">Who will be asked by a later wave, because others wait already; null for nobody.</param>
    public sealed record JobAmended(
        string Dispatcher,
        JobRequestCommand.Amend Changes,
        DateTimeOffset At,
        DispatcherRole Right = DispatcherRole.Requester,
        ImmutableArray<string>? Asked = null,
        ImmutableArray<string>? Waiting = null) : JobRequestEvent(Dispatcher, At);

    public sealed record JobAssigned(
        string Dispatcher, string Candidate, DateTimeOffset At, DispatcherRole Right = DispatcherRole.Requester) : JobRequestEvent(Dispatcher, At);

    public sealed record JobReleased(
        string Dispatcher, string Candidate, string? Reason, DateTimeOffset At, DispatcherRole Right = DispatcherRole.Requester, string? Promoted = null)
        : JobRequestEvent(Dispatcher, At);

    public sealed record JobExpired(DateTimeOffset At) : JobRequestEvent(null, At);

    public sealed record JobStarted(string Winner, DateTimeOffset At) : JobRequestEvent(Winner, At);

    public sealed record TaskFinished(string Winner, string TaskId, DateTimeOffset At) : JobRequestEvent(Winner, At);

    public sealed record JobFinished(string Winner, DateTimeOffset At) : JobRequestEvent(Winner, At);

    public sealed record CandidatesExhausted(string LastCandidate, DateTimeOffset At) : JobRequestEvent(LastCandidate, At);
}

/// <summary>By which right somebody acts on a job without being its candidate.</summary>
public enum DispatcherRole
{
    Requester,
    Administrator,
}
