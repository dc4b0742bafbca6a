namespace JobRequests.Domain.Tests;

/// <summary>Refusals by a closed job are not stored, because they can be given anew at any time. This is why that is right.</summary>
public sealed class ClosedJobProperties
{
    private static readonly DateTimeOffset Later = Plan.Start.AddYears(1);

    private static readonly JobRequestCommand[] EverythingByEverybody =
    [
        .. from person in Plan.People.Concat(["zoe", "mal", ""])
           from command in (JobRequestCommand[])
           [
               new JobRequestCommand.Create(person, [person], [], null, null, Later),
               new JobRequestCommand.Accept(person, Later),
               new JobRequestCommand.Decline(person, null, Later),
               new JobRequestCommand.Withdraw(person, Later),
               new JobRequestCommand.Cancel(person, Later),
               new JobRequestCommand.Start(person, Later),
               new JobRequestCommand.FinishTask(person, "t1", Later),
               new JobRequestCommand.Finish(person, Later),
           ]
           select command,
    ];

    [Fact]
    public void A_closed_job_keeps_its_state_and_version_and_refuses_every_later_command() => Sequences.Each(history =>
    {
        JobRequest? closed = null;
        foreach (var turn in history.Turns)
        {
            if (closed is not null)
            {
                Assert.True(ReferenceEquals(turn.After, closed), "A closed job changed.");
                Assert.True(turn.Command is null || ReferenceEquals(turn.Rejection, Rejections.JobClosed), "A closed job gave another answer.");
            }
            else if (turn.After.IsTerminal) closed = turn.After;
        }
    });

    [Fact]
    public void A_closed_job_refuses_everything_to_everybody_and_never_expires() => Sequences.Each(history =>
    {
        if (!history.Job.IsTerminal) return;
        Assert.True(JobRequestDecider.ExpireIfDue(history.Job, Later) is null, "A closed job expired.");
        foreach (var command in EverythingByEverybody)
            Assert.True(
                JobRequestDecider.Decide(history.Job, command) is JobRequestDecision.Refused refused && ReferenceEquals(refused.Rejection, Rejections.JobClosed),
                "A closed job gave another answer.");
    });

    [Fact]
    public void Only_the_four_ends_are_terminal_and_the_last_event_tells_which() => Sequences.Each(history =>
        Assert.True(history.Job.Status == history.Events[^1] switch
        {
            JobRequestEvent.JobFinished => JobStatus.Finished,
            JobRequestEvent.CandidatesExhausted => JobStatus.Declined,
            JobRequestEvent.JobExpired => JobStatus.Expired,
            JobRequestEvent.JobCancelled => JobStatus.Cancelled,
            JobRequestEvent.JobAccepted => JobStatus.Accepted,
            JobRequestEvent.JobStarted or JobRequestEvent.TaskFinished => JobStatus.Started,
            _ => JobStatus.Open,
        } && history.Job.IsTerminal == history.Job.Status is JobStatus.Finished or JobStatus.Declined or JobStatus.Expired or JobStatus.Cancelled, "The status is not that of the last event."));
}
