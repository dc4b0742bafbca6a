using static JobRequests.Domain.Tests.Scenario;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>What requester and administrators do with a job that is offered or taken.</summary>
public sealed class DispatcherTests
{
    [Fact]
    public void An_assigned_job_goes_on_like_an_accepted_one()
    {
        var job = Given(Requested()).When(Assign("bob")).Then(Assigned("bob"));

        Assert.Equal((JobStatus.Accepted, "bob", 1), (job.State.Status, job.State.Winner, job.State.Epoch));
        Assert.Equal(CandidateAnswer.Accepted, job.State.FindCandidate("bob")!.Answer);
        job.When(Accept("ann")).ThenRejected(Rejections.AlreadyAccepted);
        job.When(Start("bob")).Then(Started("bob"));
        job.When(Withdraw("bob")).Then(Withdrawn("bob"));
    }

    [Theory]
    [InlineData(Requester, DispatcherRole.Requester)]
    [InlineData(Order.Admin, DispatcherRole.Administrator)]
    public void Events_say_by_which_right_somebody_acted(string person, DispatcherRole right)
    {
        Assert.Equal(right, Given(Requested()).When(Assign("ann", person)).Event().Role);
        Assert.Equal(right, Given(Requested(), Accepted("ann")).When(Release(person)).Event().Role);
        Assert.Equal(right, Given(Requested()).When(Cancel(person)).Event().Role);
    }

    [Fact]
    public void Who_is_assigned_becomes_a_candidate()
    {
        var job = Given(Requested(candidates: ["ann"])).When(Assign("eva")).Then(Assigned("eva"));

        Assert.Equal(["ann", "eva"], job.State.Candidates.Select(candidate => candidate.Id));
        Assert.True(job.State.IsVisibleTo("eva"));
    }

    [Fact]
    public void Who_is_gone_can_be_assigned_again()
    {
        var job = Given(Requested(), Accepted("ann"), Released("ann"), Declined("bob"));

        job.When(Accept("ann")).ThenRejected(Rejections.AlreadyAnswered);
        job.When(Assign("ann")).Then(Assigned("ann")).When(Start("ann")).Then(Started("ann"));
        job.When(Assign("bob")).Then(Assigned("bob")).When(Start("bob")).Then(Started("bob"));
    }

    [Fact]
    public void A_release_opens_a_started_job_and_keeps_finished_tasks()
    {
        var job = Given(Requested(), Accepted("ann"), Started("ann"), TaskFinished("ann", "t1"))
            .When(Release(reason: "ill")).Then(Released("ann", reason: "ill"));

        Assert.Equal((JobStatus.Open, null, 2), (job.State.Status, job.State.Winner, job.State.Epoch));
        Assert.Equal([true, false], job.State.Tasks.Select(task => task.Done));
        Assert.Equal([CandidateAnswer.Released, null, null], job.State.Candidates.Select(candidate => candidate.Answer));
        job.When(Accept("bob")).Then(Accepted("bob")).When(Start("bob")).Then(Started("bob"))
            .When(FinishTask("bob", "t1")).ThenRejected(Rejections.TaskAlreadyFinished);
    }

    [Fact]
    public void Who_was_released_stays_gone_in_later_epochs()
    {
        var job = Given(Requested(), Accepted("ann"), Released("ann"), Accepted("bob"), Withdrawn("bob"));

        Assert.Equal([CandidateAnswer.Released, CandidateAnswer.Withdrawn, null], job.State.Candidates.Select(candidate => candidate.Answer));
        Assert.Equal(1, job.State.CandidatesLeft);
    }

    [Fact]
    public void A_job_has_room_for_a_thousand_candidates()
    {
        string[] crowd = [.. Enumerable.Range(0, JobRequest.MaxCandidates).Select(number => $"p{number}")];
        var full = Given(Requested(candidates: crowd));

        full.When(Assign("eva")).ThenRejected(Rejections.TooManyCandidates);
        full.When(Assign("p999")).Then(Assigned("p999"));
    }

    [Fact]
    public void A_cancellation_says_why() => Given(Requested()).When(Cancel(reason: "rain")).Then(Cancelled(reason: "rain"));
}
