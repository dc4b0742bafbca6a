using System.Text.Json;

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

            var leavesNobody = turn.Command?.Command is JobRequestCommand.Decline
                && turn.After is { CandidatesLeft: 0, Waves: null or { Waiting.IsEmpty: true } };
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
                    Assert.True(turn.Rejection is null && Written(approved.Events) == Written(turn.Events), "The second answer differs.");
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
                "Not an epoch per withdrawal, release or lapse.");
            Assert.True(job.Standby.IsEmpty || job.Winner is not null, "The job is open, and somebody waits for it.");
            Assert.True(
                job.Standby.Order().SequenceEqual(job.Candidates.Where(one => one.Answer == CandidateAnswer.Standby).Select(one => one.Id).Order()),
                "The line and the answers disagree.");
            Assert.True(job.ConfirmBy is null
                || (job.Status == JobStatus.Accepted && job.ConfirmSeconds is not null)
                || job.IsTerminal, "A confirmation is wanted of nobody.");
        }
    });

    [Fact]
    public void Time_acts_at_its_moment_and_only_once() => Sequences.Each(Sequences.Fewer, history =>
    {
        foreach (var turn in history.Turns)
        {
            if (turn.Command is not null) continue;
            var now = turn.Before.TimeOfNext(turn.Now);
            var isDue = turn.Before.DueAt <= now;
            Assert.True(turn.Events.IsEmpty == !isDue, "Time acted though nothing was due, or did not though something was.");
            var job = turn.Before;
            foreach (var @event in turn.Events)
            {
                Assert.True(@event.By is null && @event.At >= job.DueAt, "Time acted before its moment.");
                job = JobRequest.Evolve(job, @event);
            }

            Assert.True(!(turn.After.DueAt <= now), "Something is still due.");
        }
    });

    [Fact]
    public void Each_wave_is_opened_once_in_order_for_its_time() => Sequences.Each(Sequences.Fewer, history =>
    {
        var (wave, job) = (1, JobRequest.Initial);
        foreach (var @event in history.Events)
        {
            if (@event is JobRequestEvent.OfferWidened widened)
            {
                Assert.True(widened.Wave == ++wave && !widened.Candidates.IsEmpty, "A wave was left out, came twice, or asked nobody.");
                var plan = history.Plan.Waves[wave - 2];
                var since = history.Events.Take(job.Version).Last(before => before.Opens || before is JobRequestEvent.OfferWidened).At;
                Assert.True(job.CandidatesLeft == 0 || widened.At >= since.AddMinutes(plan.Minutes), "A wave came before its time.");
            }

            job = JobRequest.Evolve(job, @event);
        }
    });

    [Fact]
    public void The_first_in_line_is_promoted_in_the_same_event() => Sequences.Each(Sequences.Fewer, history =>
    {
        var line = new List<string>();
        foreach (var @event in history.Events)
        {
            if (@event.FormerWinner is not null)
            {
                Assert.True(@event.NewWinner == line.FirstOrDefault(), "Another than the first in line was promoted.");
                if (line.Count > 0) line.RemoveAt(0);
            }

            if (@event is JobRequestEvent.StandbyJoined joined)
            {
                line.Add(joined.Candidate);
                Assert.True(joined.Rank == line.Count, "The rank is not the place in the line.");
            }

            if (@event is JobRequestEvent.StandbyLeft left) line.Remove(left.Candidate);
        }
    });

    [Fact]
    public void After_a_lapse_that_win_cannot_be_confirmed() => Sequences.Each(Sequences.Fewer, history =>
    {
        foreach (var turn in history.Turns)
        {
            if (turn.Command?.Command is not JobRequestCommand.Confirm || turn.Rejection is not null) continue;
            Assert.True(turn.Before.TimeOfNext(turn.Now) < turn.Before.ConfirmBy, "A confirmation came too late.");
            Assert.True(turn.Before.Winner == turn.Command.By && turn.After is { ConfirmBy: null }, "Somebody else confirmed, or has to again.");
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
        Assert.True(created.Requester == job.Requester
            && created.CreatedAt == job.CreatedAt
            && created.ConfirmSeconds == job.ConfirmSeconds, "The job is another one.");
        Assert.True(
            history.Events.Any(@event => @event is JobRequestEvent.JobAmended)
            || (created.Title == job.Title && created.Details == job.Details && created.ExpiresAt == job.ExpiresAt),
            "The job says something else, and nobody amended it.");
        Assert.True(
            created.Candidates.Select(candidate => candidate.Id)
                .SequenceEqual(job.Candidates.Take(created.Candidates.Length).Select(candidate => candidate.Id)),
            "Candidates went, or changed places.");
        Assert.All(job.Candidates.Skip(created.Candidates.Length), added => Assert.True(
            history.Events.Any(@event => @event switch
            {
                JobRequestEvent.JobAssigned e => e.Candidate == added.Id,
                JobRequestEvent.JobAmended e => e.Asked?.Contains(added.Id) == true,
                JobRequestEvent.OfferWidened e => e.Candidates.Contains(added.Id),
                _ => false,
            }), "A candidate came whom nobody asked."));
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
                JobRequestEvent.StandbyJoined or JobRequestEvent.StandbyLeft => history.Job.FindCandidate(@event.By!) is not null && @event.By != winner,
                JobRequestEvent.JobExpired or JobRequestEvent.OfferWidened or JobRequestEvent.AcceptanceLapsed => @event.By is null,
                _ => winner is not null && @event.By == winner,
            }, "An event of somebody who may not.");
            winner = @event.NewWinner ?? (@event.FormerWinner is null ? winner : null);
        }
    });

    [Fact]
    public void A_candidate_answers_once_per_epoch_never_after_withdrawing() => Sequences.Each(history =>
    {
        var answered = new HashSet<string>();
        var gone = new HashSet<string>();
        foreach (var @event in history.Events)
        {
            if (@event is JobRequestEvent.JobAccepted or JobRequestEvent.JobDeclined or JobRequestEvent.StandbyJoined)
                Assert.True(answered.Add(@event.By!) && !gone.Contains(@event.By!), "Somebody answered twice.");
            if (@event is JobRequestEvent.JobAssigned) gone.Remove(@event.NewWinner!);
            if (@event.FormerWinner is not { } former) continue;
            gone.Add(former);
            if (@event.Opens) answered.Clear();
        }
    });

    // Records compare the identity of arrays.
    private static string Written(IEnumerable<JobRequestEvent> events) => JsonSerializer.Serialize(events.Select(@event => (object)@event));
}
