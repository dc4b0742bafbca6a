using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>Every operation in every status by every role, against <see cref="LifecycleTable"/>.</summary>
public sealed class LifecycleTableTests
{
    private static readonly string[] Operations =
        [.. typeof(JobRequestCommand).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(JobRequestCommand))).Select(type => type.Name)];

    public static TheoryData<string, string, string, string> Cells =>
        [.. LifecycleTable.Cells.Select(cell => (cell.Operation, cell.Role, cell.Status, cell.Expected))];

    public static TheoryData<string, string, string> TerminalCells =>
        [.. from operation in Operations from role in LifecycleTable.Roles from status in LifecycleTable.TerminalStatuses select (operation, role, status)];

    public static TheoryData<string> AllOperations => [.. Operations];

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_job_that_is_not_closed_answers_by_the_table(string operation, string role, string status, string expected) =>
        Assert.Equal(expected, Told(Command(operation, role).DecideOn(InStatus(status))));

    [Theory]
    [MemberData(nameof(AllOperations))]
    public void The_event_of_a_success_names_its_command(string operation)
    {
        var (order, job) = operation == "Create"
            ? (Command(operation, "Requester"), JobRequest.Initial)
            : LifecycleTable.Cells.Where(cell => cell.Operation == operation && !cell.Expected.Contains('_'))
                .Select(cell => (Command(operation, cell.Role), InStatus(cell.Status))).First();

        var made = Assert.IsType<JobRequestDecision.Succeeded>(order.DecideOn(job)).Events[0];

        Assert.IsType(order.Command.GetType(), made.ToCommand());
        Assert.Equivalent(order.Command, made.ToCommand());
    }

    [Theory]
    [MemberData(nameof(TerminalCells))]
    public void A_closed_job_answers_job_closed_to_everybody(string operation, string role, string status) =>
        Assert.Equal("JOB_CLOSED", Told(Command(operation, role).DecideOn(InStatus(status))));

    [Theory]
    [MemberData(nameof(AllOperations))]
    public void A_job_that_nobody_has_created_can_be_created_only(string operation)
    {
        var command = Command(operation, "Requester");
        if (operation == "Create")
            Assert.Equal("JobRequested", Told(command.DecideOn(JobRequest.Initial)));
        else
            Assert.Throws<InvalidOperationException>(() => command.DecideOn(JobRequest.Initial));
    }

    [Fact]
    public void The_table_covers_every_operation_role_and_status() => Assert.Equal(
        (from operation in Operations
         from role in LifecycleTable.Roles
         from status in LifecycleTable.Statuses
         where (role, status) != ("Winner", "Open")
         select (operation, role, status)).Order(),
        LifecycleTable.Cells.Select(cell => (cell.Operation, cell.Role, cell.Status)).Order());

    [Fact]
    public void The_jobs_of_the_table_cover_every_status()
    {
        Assert.All(LifecycleTable.Statuses.Concat(LifecycleTable.TerminalStatuses), status =>
            Assert.Equal(status == "Worked" ? "Started" : status, InStatus(status).Status.ToString()));
        Assert.Equal(
            Enum.GetNames<JobStatus>().Order(),
            LifecycleTable.Statuses.Concat(LifecycleTable.TerminalStatuses).Where(status => status != "Worked").Append("None").Order());
    }

    /// <summary>dee has withdrawn in the first epoch; in the second bob has declined, ann may have won, cid has not answered.</summary>
    private static JobRequest InStatus(string status)
    {
        JobRequestEvent[] open = [
            Requested(candidates: ["ann", "bob", "cid", "dee"], tasks: ["t1"], confirmSeconds: 60), Accepted("dee"), Withdrawn("dee"), Declined("bob")];
        JobRequestEvent[] events = status switch
        {
            "Open" => open,
            "Accepted" => [.. open, Accepted("ann")],
            "Started" => [.. open, Accepted("ann"), Started("ann")],
            "Worked" => [.. open, Accepted("ann"), Started("ann"), TaskFinished("ann", "t1")],
            "Finished" => [.. open, Accepted("ann"), Started("ann"), TaskFinished("ann", "t1"), Finished("ann")],
            "Declined" => [.. open, Declined("ann"), Declined("cid"), Exhausted("cid")],
            "Expired" => [.. open, Expired()],
            "Cancelled" => [.. open, Accepted("ann"), Cancelled()],
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No such status."),
        };
        return events.Aggregate(JobRequest.Initial, JobRequest.Evolve);
    }

    private static Order Command(string operation, string role)
    {
        var person = role switch
        {
            "Requester" => Requester,
            "Winner" => "ann",
            "Waiting" => "cid",
            "Declined" => "bob",
            "Withdrawn" => "dee",
            "Stranger" => Stranger,
            "Admin" => Order.Admin,
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "No such role."),
        };
        return operation switch
        {
            "Create" => Create(person),
            "Accept" => Accept(person),
            "Confirm" => Confirm(person),
            "Decline" => Decline(person),
            "Withdraw" => Withdraw(person),
            "Cancel" => Cancel(person),
            "Amend" => Amend(new JobRequestCommand.Amend("Clean all", AddCandidates: ["eve"]), person),
            "Assign" => Assign("cid", person),
            "Release" => Release(person, "ill"),
            "Start" => Start(person),
            "FinishTask" => FinishTask(person, "t1"),
            "Finish" => Finish(person),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "No such operation."),
        };
    }

    private static string Told(JobRequestDecision decision) => decision switch
    {
        JobRequestDecision.Succeeded approved => Assert.Single(approved.Events).GetType().Name,
        JobRequestDecision.Rejected refused => refused.Rejection.Code,
        _ => throw new InvalidOperationException($"{decision.GetType().Name} is no decision."),
    };
}
