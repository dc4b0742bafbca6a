using static JobRequests.Domain.Tests.Scenario;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>
/// Where several refusals apply, the first of these is given: job-closed, not-allowed, already-answered, already-accepted,
/// not-accepted, then those of the step.
/// </summary>
public sealed class RefusalOrderTests
{
    [Fact]
    public void Job_closed_comes_before_not_allowed()
    {
        Given(Requested(), Cancelled()).When(Accept(Stranger)).ThenRejected(Rejections.JobClosed);
        Given(Requested(), Cancelled()).When(Cancel("ann")).ThenRejected(Rejections.JobClosed);
    }

    [Fact]
    public void Job_closed_comes_before_already_answered() =>
        Given(Requested(), Declined("bob"), Cancelled()).When(Accept("bob")).ThenRejected(Rejections.JobClosed);

    [Fact]
    public void Job_closed_comes_before_already_accepted() =>
        Given(Requested(), Accepted("ann"), Cancelled()).When(Accept("bob")).ThenRejected(Rejections.JobClosed);

    [Fact]
    public void Job_closed_comes_before_not_accepted() =>
        Given(Requested(), Cancelled()).When(Start("ann")).ThenRejected(Rejections.JobClosed);

    [Fact]
    public void Not_allowed_comes_before_already_accepted() =>
        Given(Requested(), Accepted("ann")).When(Accept(Stranger)).ThenRejected(Rejections.NotAllowed);

    [Fact]
    public void Not_allowed_comes_before_not_accepted() =>
        Given(Requested()).When(Start(Requester)).ThenRejected(Rejections.NotAllowed);

    [Fact]
    public void Not_allowed_comes_before_the_refusals_of_the_step()
    {
        Given(Requested(), Accepted("ann")).When(FinishTask("bob", "no-such-task")).ThenRejected(Rejections.NotAllowed);
        Given(Requested(), Accepted("ann"), Started("ann")).When(Start("bob")).ThenRejected(Rejections.NotAllowed);
        Given(Requested(), Accepted("ann"), Started("ann")).When(Finish("bob")).ThenRejected(Rejections.NotAllowed);
    }

    [Fact]
    public void Already_answered_comes_before_already_accepted()
    {
        Given(Requested(), Declined("bob"), Accepted("ann")).When(Accept("bob")).ThenRejected(Rejections.AlreadyAnswered);
        Given(Requested(), Declined("bob"), Accepted("ann")).When(Decline("bob")).ThenRejected(Rejections.AlreadyAnswered);
    }

    [Fact]
    public void Not_accepted_comes_before_the_refusals_of_the_step()
    {
        Given(Requested()).When(FinishTask("ann", "no-such-task")).ThenRejected(Rejections.NotAccepted);
        Given(Requested()).When(Finish("ann")).ThenRejected(Rejections.NotAccepted);
    }

    [Fact]
    public void Not_started_comes_before_task_unknown_and_tasks_open()
    {
        Given(Requested(), Accepted("ann")).When(FinishTask("ann", "no-such-task")).ThenRejected(Rejections.NotStarted);
        Given(Requested(), Accepted("ann")).When(Finish("ann")).ThenRejected(Rejections.NotStarted);
    }
}
