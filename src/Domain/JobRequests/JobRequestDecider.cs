using System.Collections.Immutable;

namespace JobRequests.Domain;

/// <summary>What somebody wants. <see cref="By"/> is the authenticated person; <see cref="Now"/> is when the events happen that it leads to.</summary>
public abstract record JobRequestCommand
{
    private JobRequestCommand(string by, DateTimeOffset now)
    {
        By = by;
        Now = now;
    }

    public string By { get; }

    public DateTimeOffset Now { get; }

    public sealed record Create(
        string By,
        ImmutableArray<string> Candidates,
        ImmutableArray<JobTask> Tasks,
        string? Title,
        DateTimeOffset? ExpiresAt,
        DateTimeOffset Now) : JobRequestCommand(By, Now);

    public sealed record Accept(string By, DateTimeOffset Now) : JobRequestCommand(By, Now);

    public sealed record Decline(string By, string? Reason, DateTimeOffset Now) : JobRequestCommand(By, Now);

    public sealed record Withdraw(string By, DateTimeOffset Now) : JobRequestCommand(By, Now);

    public sealed record Cancel(string By, DateTimeOffset Now) : JobRequestCommand(By, Now);

    public sealed record Start(string By, DateTimeOffset Now) : JobRequestCommand(By, Now);

    public sealed record FinishTask(string By, string TaskId, DateTimeOffset Now) : JobRequestCommand(By, Now);

    public sealed record Finish(string By, DateTimeOffset Now) : JobRequestCommand(By, Now);
}

/// <summary>What <see cref="JobRequestDecider"/> says: events (at least one) or a rejection, never both.</summary>
public abstract record JobRequestDecision
{
    public sealed record Approved(ImmutableArray<JobRequestEvent> Events) : JobRequestDecision;

    public sealed record Refused(Rejection Rejection) : JobRequestDecision;

    private JobRequestDecision()
    {
    }

    public static implicit operator JobRequestDecision(Rejection rejection) => new Refused(rejection);

    public static implicit operator JobRequestDecision(JobRequestEvent @event) => new Approved([@event]);
}

/// <summary>
/// The rules of a job request. Where several rejections apply, the first of this order is given:
/// job-closed, not-allowed, already-answered, already-accepted, not-accepted, then those of the single step.
/// </summary>
public static class JobRequestDecider
{
    public static JobRequestDecision Decide(JobRequest state, JobRequestCommand command) => (state, command) switch
    {
        ({ Version: 0 }, JobRequestCommand.Create c) => Request(c),
        ({ Version: 0 }, _) => throw new InvalidOperationException("A job that nobody has created is not decided on: it is not found."),
        ({ IsTerminal: true }, _) => Rejections.JobClosed,
        (_, JobRequestCommand.Create) => Rejections.AlreadyExists,
        (_, JobRequestCommand.Accept c) => RefuseAnswer(state, c.By) is { } no ? no : new JobRequestEvent.JobAccepted(c.By, c.Now),
        (_, JobRequestCommand.Decline c) => RefuseAnswer(state, c.By) is { } no ? no : Decline(state, c),
        (_, JobRequestCommand.Cancel c) => c.By == state.Requester ? new JobRequestEvent.JobCancelled(c.By, c.Now) : Rejections.NotAllowed,
        (_, JobRequestCommand.Withdraw c) => RefuseNonWinner(state, c.By) is { } no ? no : Withdraw(state, c),
        (_, JobRequestCommand.Start c) => RefuseNonWinner(state, c.By) is { } no ? no : Start(state, c),
        (_, JobRequestCommand.FinishTask c) => RefuseNonWinner(state, c.By) is { } no ? no : FinishTask(state, c),
        (_, JobRequestCommand.Finish c) => RefuseNonWinner(state, c.By) is { } no ? no : Finish(state, c),
        _ => throw new InvalidOperationException($"{command.GetType().Name} is not handled."),
    };

    /// <summary>The expiry that is due at <paramref name="now"/>, or null. Nobody asks for it: time does.</summary>
    public static JobRequestEvent.JobExpired? ExpireIfDue(JobRequest state, DateTimeOffset now) =>
        state.IsExpiryDue(now) ? new JobRequestEvent.JobExpired(state.TimeOfNext(now)) : null;

    // A person named twice would count as two: its decline would leave "somebody" and the job would never be declined by all.
    private static JobRequestEvent.JobRequested Request(JobRequestCommand.Create c) =>
        new(c.By, [.. c.Candidates.Distinct(StringComparer.Ordinal)], c.Tasks, c.Title, c.ExpiresAt, c.Now);

    private static Rejection? RefuseAnswer(JobRequest state, string person) => state.FindCandidate(person) switch
    {
        null => Rejections.NotAllowed,
        { Answer: not null } => Rejections.AlreadyAnswered,
        _ when state.Status != JobStatus.Open => Rejections.AlreadyAccepted,
        _ => null,
    };

    private static Rejection? RefuseNonWinner(JobRequest state, string person)
    {
        if (state.FindCandidate(person) is null || (state.Winner is not null && state.Winner != person)) return Rejections.NotAllowed;
        return state.Winner is null ? Rejections.NotAccepted : null;
    }

    private static JobRequestDecision.Approved Decline(JobRequest state, JobRequestCommand.Decline c)
    {
        var declined = new JobRequestEvent.JobDeclined(c.By, c.Reason, c.Now);
        return state.CandidatesLeft > 1
            ? new JobRequestDecision.Approved([declined])
            : new JobRequestDecision.Approved([declined, new JobRequestEvent.CandidatesExhausted(c.By, c.Now)]);
    }

    private static JobRequestDecision Withdraw(JobRequest state, JobRequestCommand.Withdraw c) =>
        state.Status == JobStatus.Started ? Rejections.AlreadyStarted : new JobRequestEvent.JobWithdrawn(c.By, c.Now);

    private static JobRequestDecision Start(JobRequest state, JobRequestCommand.Start c) =>
        state.Status == JobStatus.Started ? Rejections.AlreadyStarted : new JobRequestEvent.JobStarted(c.By, c.Now);

    private static JobRequestDecision FinishTask(JobRequest state, JobRequestCommand.FinishTask c) => state.FindTask(c.TaskId) switch
    {
        _ when state.Status != JobStatus.Started => Rejections.NotStarted,
        null => Rejections.TaskUnknown,
        { Done: true } => Rejections.TaskAlreadyFinished,
        _ => new JobRequestEvent.TaskFinished(c.By, c.TaskId, c.Now),
    };

    private static JobRequestDecision Finish(JobRequest state, JobRequestCommand.Finish c)
    {
        if (state.Status != JobStatus.Started) return Rejections.NotStarted;
        return state.Tasks.Any(task => !task.Done) ? Rejections.TasksOpen : new JobRequestEvent.JobFinished(c.By, c.Now);
    }
}
