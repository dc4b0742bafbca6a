using System.Collections.Immutable;

namespace JobRequests.Domain.Tests;

/// <summary>A part of a step as it went: a command, or what time did before or after one.</summary>
/// <param name="Step">As planned.</param>
/// <param name="Now">By the clock.</param>
/// <param name="Before">The job it met.</param>
/// <param name="Command">The command it was; null where time passed.</param>
/// <param name="Events">What happened; empty where it was refused, or where nothing was due.</param>
/// <param name="Rejection">Why nothing happened; null where something did, or where nothing was due.</param>
/// <param name="After">The job afterwards.</param>
internal readonly record struct Turn(
    Step Step,
    DateTimeOffset Now,
    JobRequest Before,
    Order? Command,
    ImmutableArray<JobRequestEvent> Events,
    Rejection? Rejection,
    JobRequest After);

/// <summary>What a plan led to. The state is folded event by event, as a grain does it.</summary>
internal sealed class History
{
    private History(Plan plan) => Plan = plan;

    public Plan Plan { get; }

    public List<Turn> Turns { get; } = [];

    /// <summary>Event number n at n − 1.</summary>
    public List<JobRequestEvent> Events { get; } = [];

    public JobRequest Job { get; private set; } = JobRequest.Initial;

    public static History Of(Plan plan)
    {
        var history = new History(plan);
        var now = Plan.Start;
        history.Decide(new Step(Operation.Create, plan.Requester, "", 0), now, plan.Create());
        foreach (var step in plan.Steps)
        {
            now = now.AddMinutes(step.Minutes);
            history.LetTimePass(step, now);
            if (step.Operation == Operation.TimePasses) continue;
            history.Decide(step, now, history.Command(step, history.Job.TimeOfNext(now)));
            history.LetTimePass(step, now);
        }
        return history;
    }

    public static JobRequest Fold(IEnumerable<JobRequestEvent> events)
    {
        var job = JobRequest.Initial;
        foreach (var @event in events) job = JobRequest.Evolve(job, @event);
        return job;
    }

    /// <summary>Record equality compares the identity of arrays; this compares what they hold.</summary>
    public static bool Same(JobRequest a, JobRequest b) =>
        ReferenceEquals(a, b)
        || (a with { Candidates = [], Tasks = [], Standby = [] } == b with { Candidates = [], Tasks = [], Standby = [] }
            && a.Standby.AsSpan().SequenceEqual(b.Standby.AsSpan())
            && a.Candidates.AsSpan().SequenceEqual(b.Candidates.AsSpan())
            && a.Tasks.AsSpan().SequenceEqual(b.Tasks.AsSpan()));

    private void Decide(Step step, DateTimeOffset now, Order command)
    {
        switch (command.DecideOn(Job))
        {
            case JobRequestDecision.Succeeded approved: Add(step, now, command, approved.Events, null); break;
            case JobRequestDecision.Rejected refused: Add(step, now, command, [], refused.Rejection); break;
            case var other: throw new InvalidOperationException($"{other.GetType().Name} is no decision.");
        }
    }

    private void LetTimePass(Step step, DateTimeOffset now) =>
        Add(step, now, null, JobRequestDecider.Advance(Job, now), null);

    private void Add(Step step, DateTimeOffset now, Order? command, ImmutableArray<JobRequestEvent> events, Rejection? rejection)
    {
        var before = Job;
        foreach (var @event in events)
        {
            Events.Add(@event);
            Job = JobRequest.Evolve(Job, @event);
        }
        Turns.Add(new Turn(step, now, before, command, events, rejection, Job));
    }

    private Order Command(Step step, DateTimeOffset now)
    {
        var isDispatchers = step.Operation is Operation.Assign or Operation.Release or Operation.Amend;
        var who = step.Who != Plan.WhoeverIsNext ? step.Who : isDispatchers ? Plan.Requester : WhoeverIsNext();
        return step.Operation switch
        {
            Operation.Create => new Order(new JobRequestCommand.Create([who, "bob"], [], "another job", null), who, now),
            Operation.Accept => new Order(new JobRequestCommand.Accept(), who, now),
            Operation.AcceptOrWait => new Order(new JobRequestCommand.Accept(Standby: true), who, now),
            Operation.Confirm => new Order(new JobRequestCommand.Confirm(), who, now),
            Operation.Amend => new Order(Amendment(step), who, now),
            Operation.Decline => new Order(new JobRequestCommand.Decline("no"), who, now),
            Operation.Withdraw => new Order(new JobRequestCommand.Withdraw(), who, now),
            Operation.Cancel => new Order(new JobRequestCommand.Cancel("no need"), who, now),
            Operation.Assign => new Order(new JobRequestCommand.Assign(step.Whom), who, now),
            Operation.Release => new Order(new JobRequestCommand.Release("ill"), who, now),
            Operation.Start => new Order(new JobRequestCommand.Start(), who, now),
            Operation.FinishTask => new Order(new JobRequestCommand.FinishTask(step.Task), who, now),
            Operation.Finish => new Order(new JobRequestCommand.Finish(), who, now),
            _ => throw new InvalidOperationException($"{step.Operation} is no command."),
        };
    }

    /// <summary>Each changes one thing, or none that can be.</summary>
    public static JobRequestCommand.Amend Amendment(Step step) => step.Task switch
    {
        "t1" => new JobRequestCommand.Amend(AddCandidates: [step.Whom]),
        "t2" => new JobRequestCommand.Amend(Title: "another title", Removed: [JobMembers.Metadata]),
        "t3" => new JobRequestCommand.Amend(ExpiresAt: Plan.Start.AddMinutes(90)),
        _ => new JobRequestCommand.Amend(Details: new JobDetails { EndsAt = Plan.Start }),
    };

    private string WhoeverIsNext()
    {
        // Sometimes somebody else than the winner: to wait, or to leave the line.
        if (Job.Winner is not null && Turns.Count % 3 > 0) return Job.Winner;
        foreach (var candidate in Job.Candidates)
            if (candidate.Answer is null)
                return candidate.Id;
        return Job.Standby.LastOrDefault() ?? Job.Winner ?? Plan.People[0];
    }
}
