using System.Collections.Immutable;

namespace JobRequests.Domain;

/// <summary>What <see cref="JobRequestDecider"/> says: events (at least one) or a rejection, never both.</summary>
public abstract record JobRequestDecision
{
    public sealed record Succeeded(ImmutableArray<JobRequestEvent> Events) : JobRequestDecision;

    public sealed record Rejected(Rejection Rejection) : JobRequestDecision;

    private JobRequestDecision()
    {
    }

    public static implicit operator JobRequestDecision(Rejection rejection) => new Rejected(rejection);

    public static implicit operator JobRequestDecision(JobRequestEvent @event) => new Succeeded([@event]);
}

/// <summary>
/// The rules of a job request. Where several rejections apply, the first of this order is given:
/// job-closed, not-allowed, already-answered, already-accepted, not-accepted, then those of the single step.
/// </summary>
public static class JobRequestDecider
{
    /// <param name="state">The job as it is.</param>
    /// <param name="command">What is wanted.</param>
    /// <param name="actor">The authenticated person who wants it.</param>
    /// <param name="now">When the events happen that it leads to.</param>
    /// <param name="isAdmin">Whether that person is an administrator, who may do what the requester may.</param>
    public static JobRequestDecision Decide(JobRequest state, JobRequestCommand command, string actor, DateTimeOffset now, bool isAdmin = false) =>
        (state, command) switch
        {
            ({ Version: 0 }, JobRequestCommand.Create c) => Request(c, actor, now),
            ({ Version: 0 }, _) => throw new InvalidOperationException("A job that nobody has created is not decided on: it is not found."),
            ({ IsTerminal: true }, _) => Rejections.JobClosed,
            (_, JobRequestCommand.Create) => Rejections.AlreadyExists,
            (_, JobRequestCommand.Accept c) => Accept(state, c, actor, now),
            (_, JobRequestCommand.Decline c) => RefuseAnswer(state, actor) is { } no ? no : Decline(state, c, actor, now),
            (_, JobRequestCommand.Cancel or JobRequestCommand.Amend or JobRequestCommand.Assign or JobRequestCommand.Release)
                when actor != state.Requester && !isAdmin => Rejections.NotAllowed,
            (_, JobRequestCommand.Cancel c) => new JobRequestEvent.JobCancelled(actor, now, c.Reason, RoleOf(state, actor)),
            (_, JobRequestCommand.Amend c) => Amend(state, c, actor, now),
            (_, JobRequestCommand.Assign c) => RefuseAssignment(state, c.Candidate) is { } no
                ? no
                : new JobRequestEvent.JobAssigned(actor, c.Candidate, now, RoleOf(state, actor)),
            (_, JobRequestCommand.Release c) => state.Winner is { } winner
                ? new JobRequestEvent.JobReleased(actor, winner, c.Reason, now, RoleOf(state, actor), FirstOnStandby(state))
                : Rejections.NotReleasable,
            (_, JobRequestCommand.Withdraw) when state.Standby.Contains(actor) => new JobRequestEvent.StandbyLeft(actor, now),
            (_, JobRequestCommand.Confirm) => RefuseNonWinner(state, actor) is { } no ? no : Confirm(state, actor, now),
            (_, JobRequestCommand.Withdraw) => RefuseNonWinner(state, actor) is { } no ? no : Withdraw(state, actor, now),
            (_, JobRequestCommand.Start) => RefuseNonWinner(state, actor) is { } no ? no : Start(state, actor, now),
            (_, JobRequestCommand.FinishTask c) => RefuseNonWinner(state, actor) is { } no ? no : FinishTask(state, c, actor, now),
            (_, JobRequestCommand.Finish) => RefuseNonWinner(state, actor) is { } no ? no : Finish(state, actor, now),
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not handled."),
        };

    /// <summary>
    /// What happens by itself until <paramref name="now"/>: nothing before <see cref="JobRequest.DueAt"/>. Asked before and after every decision, and by the
    /// sweeper. After an outage one wave is opened, not all that were missed: the clock of a wave starts when it is opened.
    /// </summary>
    public static ImmutableArray<JobRequestEvent> Advance(JobRequest state, DateTimeOffset now)
    {
        var at = state.TimeOfNext(now);
        var events = ImmutableArray<JobRequestEvent>.Empty;
        for (; state.DueAt <= at; state = JobRequest.Evolve(state, events[^1])) events = events.Add(NextOf(state, at));
        return events;
    }

    private static JobRequestEvent NextOf(JobRequest state, DateTimeOffset at)
    {
        if (state.Winner is { } winner) return new JobRequestEvent.AcceptanceLapsed(winner, at, FirstOnStandby(state));
        if (state.ExpiresAt <= at) return new JobRequestEvent.JobExpired(at);
        var (plan, opened, _, waiting) = state.Waves!;
        return new JobRequestEvent.OfferWidened(opened + 1, opened < plan.Length ? [.. waiting.Take(plan[opened].Size)] : waiting, at);
    }

    private static string? FirstOnStandby(JobRequest state) => state.Standby.FirstOrDefault();

    // A person named twice would count as two: its decline would leave "somebody" and the job would never be declined by all.
    private static JobRequestEvent.JobRequested Request(JobRequestCommand.Create c, string actor, DateTimeOffset now)
    {
        ImmutableArray<string> people = [.. c.Candidates.Distinct(StringComparer.Ordinal)];
        var asked = c.Waves is [var first, ..] && first.Size < people.Length ? first.Size : people.Length;
        ImmutableArray<string>? waiting = asked < people.Length ? people[asked..] : null;
        return new(actor, people[..asked], c.Tasks, c.Title, c.ExpiresAt, now, c.Details, waiting, c.Waves, c.ConfirmSeconds);
    }

    private static JobRequestDecision Accept(JobRequest state, JobRequestCommand.Accept c, string actor, DateTimeOffset now)
    {
        var no = RefuseAnswer(state, actor);
        if (no is null) return new JobRequestEvent.JobAccepted(actor, now);
        if (no != Rejections.AlreadyAccepted || !c.Standby) return no;
        return state.Standby.Length < JobRequest.MaxStandby
            ? new JobRequestEvent.StandbyJoined(actor, state.Standby.Length + 1, now)
            : Rejections.StandbyFull;
    }

    private static JobRequestDecision Confirm(JobRequest state, string actor, DateTimeOffset now) =>
        state.ConfirmBy is null ? Rejections.NotConfirmable : new JobRequestEvent.AcceptanceConfirmed(actor, now);

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

    private static DispatcherRole RoleOf(JobRequest state, string actor) =>
        actor == state.Requester ? DispatcherRole.Requester : DispatcherRole.Administrator;

    private static Rejection? RefuseAssignment(JobRequest state, string person)
    {
        if (state.Winner is not null) return Rejections.AlreadyAssigned;
        return HasRoom(state, NewOf(state, [person])) ? null : Rejections.TooManyCandidates;
    }

    private static JobRequestDecision Amend(JobRequest state, JobRequestCommand.Amend c, string actor, DateTimeOffset now)
    {
        if (state.DetailsAfter(c) is { StartsAt: { } start, EndsAt: { } end } && end <= start) return Rejections.EndsBeforeStart;
        var added = NewOf(state, c.AddCandidates ?? []);
        if (!HasRoom(state, added)) return Rejections.TooManyCandidates;
        var amended = new JobRequestEvent.JobAmended(actor, c with { AddCandidates = null }, now, RoleOf(state, actor));
        if (added.IsEmpty) return amended;
        return state.Waiting.IsEmpty ? amended with { Asked = added } : amended with { Waiting = added };
    }

    private static ImmutableArray<string> NewOf(JobRequest state, IEnumerable<string> people) =>
        [.. people.Distinct(StringComparer.Ordinal).Where(person => state.FindCandidate(person) is null && !state.IsWaiting(person))];

    private static bool HasRoom(JobRequest state, ImmutableArray<string> added) =>
        state.Candidates.Length + state.Waiting.Length + added.Length <= JobRequest.MaxCandidates;

    private static JobRequestDecision.Succeeded Decline(JobRequest state, JobRequestCommand.Decline c, string actor, DateTimeOffset now)
    {
        var declined = new JobRequestEvent.JobDeclined(actor, c.Reason, now);
        return state.CandidatesLeft > 1 || !state.Waiting.IsEmpty
            ? new JobRequestDecision.Succeeded([declined])
            : new JobRequestDecision.Succeeded([declined, new JobRequestEvent.CandidatesExhausted(actor, now)]);
    }

    private static JobRequestDecision Withdraw(JobRequest state, string actor, DateTimeOffset now) =>
        state.Status == JobStatus.Started ? Rejections.AlreadyStarted : new JobRequestEvent.JobWithdrawn(actor, now, FirstOnStandby(state));

    private static JobRequestDecision Start(JobRequest state, string actor, DateTimeOffset now) =>
        state.Status == JobStatus.Started ? Rejections.AlreadyStarted : new JobRequestEvent.JobStarted(actor, now);

    private static JobRequestDecision FinishTask(JobRequest state, JobRequestCommand.FinishTask c, string actor, DateTimeOffset now) =>
        state.FindTask(c.Task) switch
        {
            _ when state.Status != JobStatus.Started => Rejections.NotStarted,
            null => Rejections.TaskUnknown,
            { Done: true } => Rejections.TaskAlreadyFinished,
            _ => new JobRequestEvent.TaskFinished(actor, c.Task, now),
        };

    private static JobRequestDecision Finish(JobRequest state, string actor, DateTimeOffset now)
    {
        if (state.Status != JobStatus.Started) return Rejections.NotStarted;
        return state.Tasks.Any(task => !task.Done) ? Rejections.TasksOpen : new JobRequestEvent.JobFinished(actor, now);
    }
}
