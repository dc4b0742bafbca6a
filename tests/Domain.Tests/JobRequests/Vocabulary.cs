using System.Collections.Immutable;

namespace JobRequests.Domain.Tests;

/// <summary>The words of the examples: zoe asks; ann, bob and cid are the candidates; mal has nothing to do with it. All of it at one moment.</summary>
internal static class Vocabulary
{
    public const string Requester = "zoe";
    public const string Stranger = "mal";

    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public static JobRequestEvent Requested(
        string by = Requester, string[]? candidates = null, string[]? tasks = null, DateTimeOffset? expiresAt = null, int? confirmSeconds = null) =>
        new JobRequestEvent.JobRequested(
            by, [.. candidates ?? ["ann", "bob", "cid"]], Tasks(tasks ?? ["t1", "t2"]), "Clean the office", expiresAt, Now, ConfirmSeconds: confirmSeconds);

    public static JobRequestEvent Accepted(string by) => new JobRequestEvent.JobAccepted(by, Now);

    public static JobRequestEvent Declined(string by, string? reason = null) => new JobRequestEvent.JobDeclined(by, reason, Now);

    public static JobRequestEvent Withdrawn(string by) => new JobRequestEvent.JobWithdrawn(by, Now);

    public static JobRequestEvent Cancelled(string by = Requester, string? reason = null) => new JobRequestEvent.JobCancelled(by, Now, reason, RoleOf(by));

    public static JobRequestEvent Assigned(string to, string by = Requester) => new JobRequestEvent.JobAssigned(by, to, Now, RoleOf(by));

    public static JobRequestEvent Released(string from, string by = Requester, string? reason = null) =>
        new JobRequestEvent.JobReleased(by, from, reason, Now, RoleOf(by));

    public static JobRequestEvent Expired() => new JobRequestEvent.JobExpired(Now);

    public static JobRequestEvent Started(string by) => new JobRequestEvent.JobStarted(by, Now);

    public static JobRequestEvent TaskFinished(string by, string task) => new JobRequestEvent.TaskFinished(by, task, Now);

    public static JobRequestEvent Finished(string by) => new JobRequestEvent.JobFinished(by, Now);

    public static JobRequestEvent Exhausted(string by) => new JobRequestEvent.CandidatesExhausted(by, Now);

    public static Order Create(string by = Requester, string[]? candidates = null, string[]? tasks = null, DateTimeOffset? expiresAt = null) =>
        new Order(new JobRequestCommand.Create([.. candidates ?? ["ann", "bob", "cid"]], Tasks(tasks ?? ["t1", "t2"]), "Clean the office", expiresAt), by, Now);

    public static Order Accept(string by) => new Order(new JobRequestCommand.Accept(), by, Now);

    public static Order AcceptOrWait(string by) => new Order(new JobRequestCommand.Accept(Standby: true), by, Now);

    public static Order Confirm(string by) => new Order(new JobRequestCommand.Confirm(), by, Now);

    public static Order Amend(JobRequestCommand.Amend changes, string by = Requester) => new Order(changes, by, Now);

    public static Order Decline(string by, string? reason = null) => new Order(new JobRequestCommand.Decline(reason), by, Now);

    public static Order Withdraw(string by) => new Order(new JobRequestCommand.Withdraw(), by, Now);

    public static Order Cancel(string by = Requester, string? reason = null) => new Order(new JobRequestCommand.Cancel(reason), by, Now);

    public static Order Assign(string to, string by = Requester) => new Order(new JobRequestCommand.Assign(to), by, Now);

    public static Order Release(string by = Requester, string? reason = null) => new Order(new JobRequestCommand.Release(reason), by, Now);

    public static Order Start(string by) => new Order(new JobRequestCommand.Start(), by, Now);

    public static Order FinishTask(string by, string task) => new Order(new JobRequestCommand.FinishTask(task), by, Now);

    public static Order Finish(string by) => new Order(new JobRequestCommand.Finish(), by, Now);

    private static DispatcherRole RoleOf(string person) => person == Requester ? DispatcherRole.Requester : DispatcherRole.Administrator;

    public static ImmutableArray<JobTask> Tasks(params string[] ids) => [.. ids.Select(id => new JobTask(id, $"the task {id}"))];
}
