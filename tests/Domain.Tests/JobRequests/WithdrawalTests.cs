using static JobRequests.Domain.Tests.Scenario;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>A withdrawal opens the job again, in a new epoch.</summary>
public sealed class WithdrawalTests
{
    [Fact]
    public void A_withdrawal_opens_the_job_in_a_new_epoch()
    {
        var job = Given(Requested(), Accepted("ann")).When(Withdraw("ann")).Then(Withdrawn("ann")).State;

        Assert.Equal(JobStatus.Open, job.Status);
        Assert.Equal(2, job.Epoch);
        Assert.Null(job.Winner);
        Assert.Equal(3, job.Version);
        Assert.Equal(2, job.CandidatesLeft);
        Assert.Equal(new Candidate("ann", CandidateAnswer.Withdrawn), job.FindCandidate("ann"));
    }

    [Fact]
    public void A_new_epoch_asks_those_who_declined_again()
    {
        var reopened = Given(Requested(), Declined("bob"), Accepted("ann"), Withdrawn("ann"));

        Assert.Null(reopened.State.FindCandidate("bob")!.Answer);
        reopened.When(Accept("bob")).Then(Accepted("bob"));
        reopened.When(Decline("bob")).Then(Declined("bob"));
    }

    [Fact]
    public void A_loser_of_one_epoch_can_win_the_next()
    {
        Given(Requested(), Accepted("ann")).When(Accept("bob")).ThenRejected(Rejections.AlreadyAccepted);
        Given(Requested(), Accepted("ann"), Withdrawn("ann")).When(Accept("bob")).Then(Accepted("bob"));
    }

    [Fact]
    public void A_candidate_who_withdrew_never_answers_again()
    {
        var second = Given(Requested(), Accepted("ann"), Withdrawn("ann"));
        second.When(Accept("ann")).ThenRejected(Rejections.AlreadyAnswered);
        second.When(Decline("ann")).ThenRejected(Rejections.AlreadyAnswered);

        var third = Given(Requested(), Accepted("ann"), Withdrawn("ann"), Accepted("bob"), Withdrawn("bob"));
        Assert.Equal(3, third.State.Epoch);
        third.When(Accept("ann")).ThenRejected(Rejections.AlreadyAnswered);
        third.When(Accept("bob")).ThenRejected(Rejections.AlreadyAnswered);
        third.When(Accept("cid")).Then(Accepted("cid"));
    }

    [Fact]
    public void A_withdrawal_leaves_the_job_open_without_candidates()
    {
        var alone = Given(Requested(candidates: ["ann"]), Accepted("ann")).When(Withdraw("ann")).Then(Withdrawn("ann"));

        Assert.Equal(JobStatus.Open, alone.State.Status);
        Assert.Equal(0, alone.State.CandidatesLeft);
        alone.When(Accept("ann")).ThenRejected(Rejections.AlreadyAnswered);
        alone.When(Cancel()).Then(Cancelled());
    }

    [Fact]
    public void The_deadline_closes_a_reopened_job_with_nobody_left()
    {
        var alone = Given(Requested(candidates: ["ann"], expiresAt: Now), Accepted("ann"), Withdrawn("ann")).State;

        Assert.Equal([Expired()], JobRequestDecider.Advance(alone, Now));
    }

    [Fact]
    public void Candidates_who_withdrew_count_as_gone() =>
        Given(Requested(), Accepted("ann"), Withdrawn("ann"))
            .When(Decline("bob")).Then(Declined("bob"))
            .When(Decline("cid")).Then(Declined("cid"), Exhausted("cid"));

    [Fact]
    public void Only_the_winner_withdraws()
    {
        Given(Requested(), Accepted("ann")).When(Withdraw("bob")).ThenRejected(Rejections.NotAllowed);
        Given(Requested(), Accepted("ann")).When(Withdraw(Requester)).ThenRejected(Rejections.NotAllowed);
        Given(Requested(), Accepted("ann")).When(Withdraw(Stranger)).ThenRejected(Rejections.NotAllowed);
    }

    [Fact]
    public void Nobody_withdraws_from_a_job_that_nobody_has() =>
        Given(Requested()).When(Withdraw("ann")).ThenRejected(Rejections.NotAccepted);

    [Fact]
    public void The_winner_withdraws_once_per_epoch() =>
        Given(Requested(), Accepted("ann"), Withdrawn("ann")).When(Withdraw("ann")).ThenRejected(Rejections.NotAccepted);

    [Fact]
    public void A_former_winner_has_no_say_over_the_next_one() =>
        Given(Requested(), Accepted("ann"), Withdrawn("ann"), Accepted("bob")).When(Withdraw("ann")).ThenRejected(Rejections.NotAllowed);

    [Fact]
    public void A_started_job_is_not_withdrawn_from() =>
        Given(Requested(), Accepted("ann"), Started("ann")).When(Withdraw("ann")).ThenRejected(Rejections.AlreadyStarted);
}
