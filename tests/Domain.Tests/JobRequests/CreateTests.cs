using static JobRequests.Domain.Tests.Scenario;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

public sealed class CreateTests
{
    [Fact]
    public void Creating_a_job_keeps_everything_the_requester_asked_for()
    {
        var decision = Create(expiresAt: Now.AddHours(1)).DecideOn(JobRequest.Initial);

        var requested = Assert.IsType<JobRequestEvent.JobRequested>(Assert.Single(Assert.IsType<JobRequestDecision.Succeeded>(decision).Events));
        Assert.Equal(Requester, requested.Requester);
        Assert.Equal(Requester, requested.By);
        Assert.Equal(["ann", "bob", "cid"], requested.Candidates);
        Assert.Equal(Tasks("t1", "t2"), requested.Tasks.AsEnumerable());
        Assert.Equal("Clean the office", requested.Title);
        Assert.Equal(Now.AddHours(1), requested.ExpiresAt);
        Assert.Equal(Now, requested.At);
    }

    [Fact]
    public void A_new_job_is_open_unanswered_at_version_one()
    {
        var job = Given(Requested(expiresAt: Now.AddHours(1))).State;

        Assert.Equal(JobStatus.Open, job.Status);
        Assert.Equal(1, job.Version);
        Assert.Equal(1, job.Epoch);
        Assert.Equal(Requester, job.Requester);
        Assert.Equal("Clean the office", job.Title);
        Assert.Equal([new Candidate("ann"), new Candidate("bob"), new Candidate("cid")], job.Candidates.AsEnumerable());
        Assert.Equal(3, job.CandidatesLeft);
        Assert.Null(job.Winner);
        Assert.All(job.Tasks, task => Assert.False(task.Done));
        Assert.Equal(Now, job.CreatedAt);
        Assert.Equal(Now, job.LastEventAt);
        Assert.Equal(Now.AddHours(1), job.ExpiresAt);
        Assert.False(job.IsTerminal);
    }

    [Fact]
    public void A_job_is_created_once_whoever_asks_again()
    {
        Given(Requested()).When(Create()).ThenRejected(Rejections.AlreadyExists);
        Given(Requested()).When(Create(by: Stranger)).ThenRejected(Rejections.AlreadyExists);
        Given(Requested(), Accepted("ann")).When(Create()).ThenRejected(Rejections.AlreadyExists);
    }

    [Fact]
    public void Creating_a_closed_job_again_is_refused_as_closed() =>
        Given(Requested(), Cancelled()).When(Create()).ThenRejected(Rejections.JobClosed);

    [Fact]
    public void A_candidate_named_twice_is_one_candidate()
    {
        var created = Create(candidates: ["ann", "bob", "ann"]).DecideOn(JobRequest.Initial);
        var job = Given([.. Assert.IsType<JobRequestDecision.Succeeded>(created).Events]);

        Assert.Equal(2, job.State.CandidatesLeft);
        job.When(Decline("bob")).Then(Declined("bob"))
            .When(Decline("ann")).Then(Declined("ann"), Exhausted("ann"));
    }

    [Fact]
    public void Candidates_are_told_apart_by_every_character_of_their_ids()
    {
        var created = Create(candidates: ["ann", "Ann", "ann "]).DecideOn(JobRequest.Initial);

        Assert.Equal(3, Given([.. Assert.IsType<JobRequestDecision.Succeeded>(created).Events]).State.CandidatesLeft);
    }

    [Fact]
    public void A_job_without_candidates_stays_open_until_it_is_cancelled()
    {
        var job = Given(Requested(candidates: []));

        Assert.Equal(JobStatus.Open, job.State.Status);
        Assert.Equal(0, job.State.CandidatesLeft);
        job.When(Cancel()).Then(Cancelled());
    }

    [Fact]
    public void A_job_that_does_not_exist_can_only_be_created() =>
        Assert.All(
            [Accept("ann"), Decline("ann"), Withdraw("ann"), Cancel(), Start("ann"), FinishTask("ann", "t1"), Finish("ann")],
            command => Assert.Throws<InvalidOperationException>(() => command.DecideOn(JobRequest.Initial)));
}
