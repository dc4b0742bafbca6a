namespace JobRequests.Domain.Tests;

/// <summary>What holds whatever many persons, strangers among them, try on a job in whatever order.</summary>
public sealed class LifecycleProperties
{
    [Fact]
    public void At_most_one_person_wins_in_an_epoch() => Sequences.Each(history =>
    {
        var (epoch, wonIn) = (1, 0);
        foreach (var @event in history.Events)
        {
            if (@event.FormerWinner is not null) epoch++;
            if (@event.NewWinner is null) continue;
            Assert.True(wonIn < epoch, "Two persons won in one epoch.");
            wonIn = epoch;
        }
    });

    [Fact]
    public void Each_success_makes_the_next_versions_without_a_gap() => Sequences.Each(history =>
    {
        var version = 0;
        foreach (var turn in history.Turns)
        {
            version += turn.Events.Length;
            Assert.True(turn.After.Version == version, "The version is not the number of events.");
            if (turn.Command is null || turn.Rejection is not null) continue;

            var leavesNobody = turn.Command?.Command is JobRequestCommand.Decline && turn.After.CandidatesLeft == 0;
            Assert.True(turn.Events.Length == (leavesNobody ? 2 : 1), "The number of events is wrong.");
            Assert.True(
                !leavesNobody || turn.Events is [JobRequestEvent.JobDeclined, JobRequestEvent.CandidatesExhausted],
                "The two events are not the decline and what follows from it.");
        }
        Assert.True(version == history.Events.Count, "An event is missing.");
    });

    [Fact]
    public void The_state_is_always_the_fold_of_its_events() => Sequences.Each(Sequences.Fewer, history =>
    {
        // Folded in a second pass, after every refusal was given: one that had touched the state would show.
        var (fold, read) = (JobRequest.Initial, 0);
        foreach (var turn in history.Turns)
        {
            Assert.True(History.Same(fold, turn.Before), "The state before is not the fold of the events.");
            foreach (var _ in turn.Events) fold = JobRequest.Evolve(fold, history.Events[read++]);
            Assert.True(History.Same(fold, turn.After), "The state after is not the fold of the events.");
        }
    });

    [Fact]
    public void A_decision_is_the_same_when_it_is_made_again() => Sequences.Each(Sequences.Fewer, history =>
    {
        var read = 0;
        var again = JobRequest.Initial;
        foreach (var turn in history.Turns.Where(turn => turn.Command is not null))
        {
            // The state is folded again, so that nothing but its content can be what decides.
            while (read < turn.Before.Version) again = JobRequest.Evolve(again, history.Events[read++]);
            switch (turn.Command!.DecideOn(again))
            {
                case JobRequestDecision.Rejected refused:
                    Assert.True(ReferenceEquals(refused.Rejection, turn.Rejection), "The second answer differs.");
                    break;
                case JobRequestDecision.Succeeded approved when turn.Before.Version == 0:
                    Assert.True(turn.Rejection is null && approved.Events is [JobRequestEvent.JobRequested], "The second answer differs.");
                    break;
                case JobRequestDecision.Succeeded approved:
                    Assert.True(turn.Rejection is null && approved.Events.AsSpan().SequenceEqual(turn.Events.AsSpan()), "The second answer differs.");
                    break;
                default:
                    Assert.Fail("Neither approved nor refused.");
                    break;
            }
        }
    });

    [Fact]
    public void Every_state_makes_sense() => Sequences.Each(Sequences.Fewer, history =>
    {
        foreach (var turn in history.Turns)
        {
            var job = turn.After;
            var winners = job.Candidates.Count(candidate => candidate.Answer == CandidateAnswer.Accepted);
            Assert.True(winners == (job.Winner is null ? 0 : 1), "Not one accepted answer per winner.");
            Assert.True(job.Winner is null || job.FindCandidate(job.Winner)?.Answer == CandidateAnswer.Accepted, "The winner has not accepted.");
            Assert.True(job.Status switch
            {
                JobStatus.Open or JobStatus.Declined or JobStatus.Expired => job.Winner is null,
                JobStatus.Accepted or JobStatus.Started or JobStatus.Finished => job.Winner is not null,
                JobStatus.Cancelled => true,
                _ => false,
            }, "The status and the winner disagree.");
            Assert.True(job.Status != JobStatus.Declined || job.CandidatesLeft == 0, "Declined by all, with somebody left.");
            Assert.True(job.Status != JobStatus.Finished || job.Tasks.All(task => task.Done), "Finished with open tasks.");
            Assert.True(
                job.Status is JobStatus.Started or JobStatus.Finished or JobStatus.Cancelled || job.Epoch > 1 || job.Tasks.All(task => !task.Done),
                "Done before it was started.");
            Assert.True(
                job.Epoch == 1 + history.Events.Take(job.Version).Count(@event => @event.FormerWinner is not null),
                "Not an epoch per withdrawal or release.");
        }
    });

    [Fact]
    public void Time_acts_at_its_moment_and_only_once() => Sequences.Each(Sequences.Fewer, history =>
    {
        var now = Plan.Start;
        foreach (var turn in history.Turns)
        {
            now = now.AddMinutes(turn.Step.Minutes);
            if (turn.Command is not null) continue;
            var isDue = turn.Before.DueAt <= now;
            Assert.True(turn.Events.IsEmpty == !isDue, "Time acted though nothing was due, or did not though something was.");
            Assert.True(turn.Events.All(@event => @event.By is null && @event.At >= turn.Before.DueAt), "Time acted before its moment.");
            Assert.True(!(turn.After.DueAt <= now), "Something is still due.");
        }
    });

    [Fact]
    public void Events_never_go_back_in_time() => Sequences.Each(Sequences.Fewer, history =>
    {
        foreach (var (before, after) in history.Events.Zip(history.Events.Skip(1))) Assert.True(after.At >= before.At, "An event is before the one before it.");
    });

    [Fact]
    public void What_the_requester_asked_for_never_changes() => Sequences.Each(Sequences.Fewer, history =>
    {
        var (created, job) = (history.Turns[0].After, history.Job);
        Assert.True(created.Requester == job.Requester && created.Title == job.Title && created.Details == job.Details, "The job is another one.");
        Assert.True(created.CreatedAt == job.CreatedAt && created.ExpiresAt == job.ExpiresAt, "The times are others.");
        Assert.True(
            created.Candidates.Select(candidate => candidate.Id)
                .SequenceEqual(job.Candidates.Take(created.Candidates.Length).Select(candidate => candidate.Id)),
            "Candidates went, or changed places.");
        Assert.All(job.Candidates.Skip(created.Candidates.Length), added => Assert.True(
            history.Events.OfType<JobRequestEvent.JobAssigned>().Any(@event => @event.Candidate == added.Id), "A candidate came whom nobody assigned."));
        Assert.True(created.Tasks.Select(task => task.Id).SequenceEqual(job.Tasks.Select(task => task.Id)), "Tasks came or went.");
    });

    [Fact]
    public void A_stranger_never_succeeds() => Sequences.Each(history =>
    {
        foreach (var turn in history.Turns)
        {
            if (turn.Command is null || turn.Command.By is Order.Admin || turn.Before.IsVisibleTo(turn.Command.By)) continue;
            if (turn.Before.Version == 0) continue;
            var expected = turn.Before.IsTerminal ? Rejections.JobClosed
                : turn.Command?.Command is JobRequestCommand.Create ? Rejections.AlreadyExists
                : Rejections.NotAllowed;
            Assert.True(ReferenceEquals(turn.Rejection, expected), "A stranger was told something else.");
        }
    });

    [Fact]
    public void Every_event_comes_from_somebody_who_may_cause_it() => Sequences.Each(Sequences.Fewer, history =>
    {
        string? winner = null;
        foreach (var @event in history.Events)
        {
            Assert.True(@event switch
            {
                JobRequestEvent.JobRequested => @event.By == history.Plan.Requester,
                { Role: DispatcherRole.Requester } => @event.By == history.Plan.Requester,
                { Role: DispatcherRole.Administrator } => @event.By == Order.Admin && history.Plan.Requester != Order.Admin,
                JobRequestEvent.JobAccepted or JobRequestEvent.JobDeclined or JobRequestEvent.CandidatesExhausted =>
                    history.Job.FindCandidate(@event.By!) is not null,
                JobRequestEvent.JobExpired => @event.By is null,
                _ => winner is not null && @event.By == winner,
            }, "An event of somebody who may not.");
            winner = @event.FormerWinner is null ? @event.NewWinner ?? winner : null;
        }
    });

    [Fact]
    public void A_candidate_answers_once_per_epoch_never_after_withdrawing() => Sequences.Each(history =>
    {
        var answered = new HashSet<string>();
        var gone = new HashSet<string>();
        foreach (var @event in history.Events)
        {
            if (@event is JobRequestEvent.JobAccepted or JobRequestEvent.JobDeclined)
                Assert.True(answered.Add(@event.By!) && !gone.Contains(@event.By!), "Somebody answered twice.");
            if (@event is JobRequestEvent.JobAssigned) gone.Remove(@event.NewWinner!);
            if (@event.FormerWinner is not { } former) continue;
            gone.Add(former);
            answered.Clear();
        }
    });
}
