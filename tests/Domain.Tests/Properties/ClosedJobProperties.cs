namespace JobRequests.Domain.Tests;

/// <summary>Refusals by a closed job are not stored, because they can be given again at any time. This is why that is right.</summary>
public sealed class ClosedJobProperties
{
    private static readonly DateTimeOffset Later = Plan.Start.AddYears(1);

    private static readonly Order[] EverythingByEverybody =
    [
        .. from person in Plan.People.Concat(["zoe", "mal", Order.Admin, ""])
           from command in (Order[])
           [
               new Order(new JobRequestCommand.Create([person], [], null, null), person, Later),
               new Order(new JobRequestCommand.Accept(), person, Later),
               new Order(new JobRequestCommand.Accept(Standby: true), person, Later),
               new Order(new JobRequestCommand.Confirm(), person, Later),
               new Order(new JobRequestCommand.Amend("title"), person, Later),
               new Order(new JobRequestCommand.Decline(null), person, Later),
               new Order(new JobRequestCommand.Withdraw(), person, Later),
               new Order(new JobRequestCommand.Cancel(), person, Later),
               new Order(new JobRequestCommand.Assign("bob"), person, Later),
               new Order(new JobRequestCommand.Release(), person, Later),
               new Order(new JobRequestCommand.Start(), person, Later),
               new Order(new JobRequestCommand.FinishTask("t1"), person, Later),
               new Order(new JobRequestCommand.Finish(), person, Later),
           ]
           select command,
    ];

    [Fact]
    public void A_closed_job_never_changes_and_rejects_every_later_command() => Sequences.Each(history =>
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
        Assert.True(JobRequestDecider.Advance(history.Job, Later).IsEmpty && history.Job.DueAt is null, "A closed job expired.");
        foreach (var command in EverythingByEverybody)
            Assert.True(
                command.DecideOn(history.Job) is JobRequestDecision.Rejected refused
                && ReferenceEquals(refused.Rejection, Rejections.JobClosed),
                "A closed job gave another answer.");
    });

    [Fact]
    public void The_last_event_gives_the_status_and_four_are_terminal() => Sequences.Each(Sequences.Fewer, history =>
    {
        // What they do is done while the job goes on as it was.
        var last = history.Events.FindLast(
            @event => @event is not (JobRequestEvent.JobAmended or JobRequestEvent.StandbyJoined or JobRequestEvent.StandbyLeft))!;
        var (status, terminal) = last switch
        {
            JobRequestEvent.JobFinished => (JobStatus.Finished, true),
            JobRequestEvent.CandidatesExhausted => (JobStatus.Declined, true),
            JobRequestEvent.JobExpired => (JobStatus.Expired, true),
            JobRequestEvent.JobCancelled => (JobStatus.Cancelled, true),
            JobRequestEvent.AcceptanceConfirmed or { NewWinner: not null } => (JobStatus.Accepted, false),
            JobRequestEvent.JobStarted or JobRequestEvent.TaskFinished => (JobStatus.Started, false),
            _ => (JobStatus.Open, false),
        };
        Assert.True((history.Job.Status, history.Job.IsTerminal) == (status, terminal), "The status is not that of the last event.");
    });
}
