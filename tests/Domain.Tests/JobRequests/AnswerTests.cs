using static JobRequests.Domain.Tests.Scenario;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>Accepting and declining: each candidate once, and one winner.</summary>
public sealed class AnswerTests
{
    [Fact]
    public void A_candidate_accepts_an_open_job_and_is_its_winner()
    {
        var job = Given(Requested()).When(Accept("ann")).Then(Accepted("ann")).State;

        Assert.Equal(JobStatus.Accepted, job.Status);
        Assert.Equal("ann", job.Winner);
        Assert.Equal(2, job.Version);
        Assert.Equal(2, job.CandidatesLeft);
        Assert.Equal(new Candidate("ann", CandidateAnswer.Accepted), job.FindCandidate("ann"));
    }

    [Fact]
    public void A_second_accept_is_refused() =>
        Given(Requested(), Accepted("ann")).When(Accept("bob")).ThenRejected(Rejections.AlreadyAccepted);

    [Fact]
    public void The_winner_accepts_once() =>
        Given(Requested(), Accepted("ann")).When(Accept("ann")).ThenRejected(Rejections.AlreadyAnswered);

    [Fact]
    public void The_winner_does_not_decline_what_it_accepted() =>
        Given(Requested(), Accepted("ann")).When(Decline("ann")).ThenRejected(Rejections.AlreadyAnswered);

    [Fact]
    public void A_decline_with_a_reason_leaves_the_job_open()
    {
        var job = Given(Requested()).When(Decline("bob", "on holiday")).Then(Declined("bob", "on holiday")).State;

        Assert.Equal(JobStatus.Open, job.Status);
        Assert.Null(job.Winner);
        Assert.Equal(2, job.CandidatesLeft);
        Assert.Equal(new Candidate("bob", CandidateAnswer.Declined), job.FindCandidate("bob"));
    }

    [Fact]
    public void A_candidate_who_declined_cannot_answer_again()
    {
        Given(Requested(), Declined("bob")).When(Accept("bob")).ThenRejected(Rejections.AlreadyAnswered);
        Given(Requested(), Declined("bob")).When(Decline("bob")).ThenRejected(Rejections.AlreadyAnswered);
    }

    [Fact]
    public void Declining_needs_an_open_job() =>
        Given(Requested(), Accepted("ann")).When(Decline("bob")).ThenRejected(Rejections.AlreadyAccepted);

    [Fact]
    public void The_last_decline_makes_two_events_and_closes_the_job()
    {
        var job = Given(Requested(), Declined("ann"), Declined("bob"))
            .When(Decline("cid", "too far")).Then(Declined("cid", "too far"), Exhausted("cid")).State;

        Assert.Equal(JobStatus.Declined, job.Status);
        Assert.True(job.IsTerminal);
        Assert.Equal(5, job.Version);
        Assert.Equal(0, job.CandidatesLeft);
    }

    [Fact]
    public void The_only_candidate_who_declines_closes_the_job() =>
        Given(Requested(candidates: ["ann"])).When(Decline("ann")).Then(Declined("ann"), Exhausted("ann"));

    [Fact]
    public void The_last_one_left_may_still_accept() =>
        Given(Requested(), Declined("ann"), Declined("bob")).When(Accept("cid")).Then(Accepted("cid"));

    [Fact]
    public void Only_candidates_answer()
    {
        Given(Requested()).When(Accept(Stranger)).ThenRejected(Rejections.NotAllowed);
        Given(Requested()).When(Decline(Stranger)).ThenRejected(Rejections.NotAllowed);
        Given(Requested()).When(Accept(Requester)).ThenRejected(Rejections.NotAllowed);
        Given(Requested()).When(Decline(Requester)).ThenRejected(Rejections.NotAllowed);
    }

    [Fact]
    public void A_requester_who_is_a_candidate_can_win_and_cancel()
    {
        var won = Given(Requested(candidates: [Requester, "ann"])).When(Accept(Requester)).Then(Accepted(Requester));

        Assert.Equal(Requester, won.State.Winner);
        won.When(Cancel()).Then(Cancelled());
    }

    [Fact]
    public void An_event_has_the_actor_and_time_of_its_command()
    {
        var later = Now.AddMinutes(7);
        var decision = new Order(new JobRequestCommand.Accept(), "ann", later).DecideOn(Given(Requested()).State);

        var accepted = Assert.Single(Assert.IsType<JobRequestDecision.Succeeded>(decision).Events);
        Assert.Equal("ann", accepted.By);
        Assert.Equal(later, accepted.At);
        Assert.Equal(later, JobRequest.Evolve(Given(Requested()).State, accepted).LastEventAt);
    }
}
