using static JobRequests.Domain.Tests.Scenario;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>Starting, finishing the tasks, finishing.</summary>
public sealed class WorkTests
{
    private static readonly JobRequestEvent[] StartedByAnn = [Requested(), Accepted("ann"), Started("ann")];

    [Fact]
    public void The_winner_starts_finishes_each_task_and_finishes()
    {
        var job = Given(Requested(), Accepted("ann"))
            .When(Start("ann")).Then(Started("ann"))
            .When(FinishTask("ann", "t2")).Then(TaskFinished("ann", "t2"))
            .When(FinishTask("ann", "t1")).Then(TaskFinished("ann", "t1"))
            .When(Finish("ann")).Then(Finished("ann")).State;

        Assert.Equal(JobStatus.Finished, job.Status);
        Assert.True(job.IsTerminal);
        Assert.Equal(6, job.Version);
        Assert.Equal("ann", job.Winner);
        Assert.All(job.Tasks, task => Assert.True(task.Done));
    }

    [Fact]
    public void Finishing_a_task_leaves_others_open_and_the_job_started()
    {
        var job = Given(StartedByAnn).When(FinishTask("ann", "t1")).Then(TaskFinished("ann", "t1")).State;

        Assert.Equal(JobStatus.Started, job.Status);
        Assert.Equal(["t1"], job.Tasks.Where(task => task.Done).Select(task => task.Id));
        Assert.Equal(["the task t1", "the task t2"], job.Tasks.Select(task => task.Name));
    }

    [Fact]
    public void A_job_that_nobody_has_is_not_worked_on()
    {
        Given(Requested()).When(Start("ann")).ThenRejected(Rejections.NotAccepted);
        Given(Requested()).When(FinishTask("ann", "t1")).ThenRejected(Rejections.NotAccepted);
        Given(Requested()).When(Finish("ann")).ThenRejected(Rejections.NotAccepted);
    }

    [Fact]
    public void Only_the_winner_works_on_a_job() => Assert.All(["bob", Requester, Stranger], person =>
    {
        Given(Requested(), Accepted("ann")).When(Start(person)).ThenRejected(Rejections.NotAllowed);
        Given(StartedByAnn).When(FinishTask(person, "t1")).ThenRejected(Rejections.NotAllowed);
        Given(StartedByAnn).When(Finish(person)).ThenRejected(Rejections.NotAllowed);
    });

    [Fact]
    public void A_job_is_started_once() =>
        Given(StartedByAnn).When(Start("ann")).ThenRejected(Rejections.AlreadyStarted);

    [Fact]
    public void Work_is_finished_after_it_was_started()
    {
        Given(Requested(), Accepted("ann")).When(FinishTask("ann", "t1")).ThenRejected(Rejections.NotStarted);
        Given(Requested(), Accepted("ann")).When(FinishTask("ann", "no-such-task")).ThenRejected(Rejections.NotStarted);
        Given(Requested(), Accepted("ann")).When(Finish("ann")).ThenRejected(Rejections.NotStarted);
        Given(Requested(tasks: []), Accepted("ann")).When(Finish("ann")).ThenRejected(Rejections.NotStarted);
    }

    [Fact]
    public void A_task_that_the_job_does_not_have_is_unknown()
    {
        Given(StartedByAnn).When(FinishTask("ann", "t3")).ThenRejected(Rejections.TaskUnknown);
        Given(StartedByAnn).When(FinishTask("ann", "T1")).ThenRejected(Rejections.TaskUnknown);
    }

    [Fact]
    public void A_task_is_finished_once() =>
        Given([.. StartedByAnn, TaskFinished("ann", "t1")]).When(FinishTask("ann", "t1")).ThenRejected(Rejections.TaskAlreadyFinished);

    [Fact]
    public void A_job_with_open_tasks_is_not_finished()
    {
        Given(StartedByAnn).When(Finish("ann")).ThenRejected(Rejections.TasksOpen);
        Given([.. StartedByAnn, TaskFinished("ann", "t1")]).When(Finish("ann")).ThenRejected(Rejections.TasksOpen);
    }

    [Fact]
    public void A_job_without_tasks_is_finished_when_it_is_started() =>
        Given(Requested(tasks: []), Accepted("ann"), Started("ann")).When(Finish("ann")).Then(Finished("ann"));
}
