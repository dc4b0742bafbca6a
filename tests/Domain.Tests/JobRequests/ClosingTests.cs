using static JobRequests.Domain.Tests.Scenario;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>Cancellation by the requester and expiry by time.</summary>
public sealed class ClosingTests
{
    public static TheoryData<JobStatus> Terminal => [JobStatus.Finished, JobStatus.Declined, JobStatus.Expired, JobStatus.Cancelled];

    public static TheoryData<JobStatus> NotOpen =>
        [JobStatus.Accepted, JobStatus.Started, JobStatus.Finished, JobStatus.Declined, JobStatus.Expired, JobStatus.Cancelled];

    [Fact]
    public void The_requester_can_cancel_open_accepted_and_started_jobs()
    {
        Assert.Equal(JobStatus.Cancelled, Given(Requested()).When(Cancel()).Then(Cancelled()).State.Status);
        Given(Requested(), Accepted("ann")).When(Cancel()).Then(Cancelled());
        Given(Requested(), Accepted("ann"), Started("ann")).When(Cancel()).Then(Cancelled());
    }

    [Fact]
    public void Only_the_requester_cancels()
    {
        Given(Requested()).When(Cancel("ann")).ThenRejected(Rejections.NotAllowed);
        Given(Requested(), Accepted("ann")).When(Cancel("ann")).ThenRejected(Rejections.NotAllowed);
        Given(Requested()).When(Cancel(Stranger)).ThenRejected(Rejections.NotAllowed);
    }

    [Theory]
    [MemberData(nameof(Terminal))]
    public void A_closed_job_is_not_cancelled(JobStatus status) =>
        Assert.Equal(
            new JobRequestDecision.Rejected(Rejections.JobClosed),
            Cancel().DecideOn(Given(Requested()).State with { Status = status }));

    [Fact]
    public void An_open_job_expires_at_its_deadline_and_not_before()
    {
        var job = Given(Requested(expiresAt: Now.AddMinutes(10))).State;

        Assert.Empty(JobRequestDecider.Advance(job, Now.AddMinutes(10).AddTicks(-1)));
        Assert.Equal([new JobRequestEvent.JobExpired(Now.AddMinutes(10))], JobRequestDecider.Advance(job, Now.AddMinutes(10)));
        Assert.Equal([new JobRequestEvent.JobExpired(Now.AddDays(1))], JobRequestDecider.Advance(job, Now.AddDays(1)));
    }

    [Fact]
    public void An_event_is_never_before_the_one_before_it()
    {
        var job = Given(Requested(expiresAt: Now.AddMinutes(-10))).State;

        Assert.Equal([new JobRequestEvent.JobExpired(Now)], JobRequestDecider.Advance(job, Now.AddMinutes(-5)));
        Assert.Equal(Now.AddMinutes(5), job.TimeOfNext(Now.AddMinutes(5)));
    }

    [Fact]
    public void An_expiry_is_nobodys_doing_and_closes_the_job()
    {
        var job = Given(Requested(expiresAt: Now), Expired()).State;

        Assert.Null(Expired().By);
        Assert.Equal(JobStatus.Expired, job.Status);
        Assert.True(job.IsTerminal);
        Assert.Equal(2, job.Version);
        Assert.Empty(JobRequestDecider.Advance(job, Now));
    }

    [Fact]
    public void A_job_without_a_deadline_never_expires() =>
        Assert.Empty(JobRequestDecider.Advance(Given(Requested()).State, DateTimeOffset.MaxValue));

    [Fact]
    public void A_job_that_nobody_has_created_never_expires() =>
        Assert.Empty(JobRequestDecider.Advance(JobRequest.Initial, DateTimeOffset.MaxValue));

    [Theory]
    [MemberData(nameof(NotOpen))]
    public void Only_an_open_job_expires(JobStatus status) =>
        Assert.Empty(JobRequestDecider.Advance(Given(Requested(expiresAt: Now)).State with { Status = status }, Now.AddDays(1)));

    [Fact]
    public void A_job_reopened_after_its_deadline_is_due_at_once()
    {
        var deadline = Now.AddMinutes(10);
        var accepted = Given(Requested(expiresAt: deadline), Accepted("ann")).State;
        Assert.Empty(JobRequestDecider.Advance(accepted, deadline.AddMinutes(1)));

        var reopened = JobRequest.Evolve(accepted, Withdrawn("ann"));
        Assert.Single(JobRequestDecider.Advance(reopened, deadline.AddMinutes(1)));
    }
}
