using System.Collections.Immutable;

namespace JobRequests.Domain.Tests;

/// <summary>The words of the examples: zoe asks; ann, bob and cid are the candidates; mal has nothing to do with it. All of it at one moment.</summary>
internal static class Vocabulary
{
    public const string Requester = "zoe";
    public const string Stranger = "mal";

    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public static JobRequestEvent Requested(
        string by = Requester, string[]? candidates = null, string[]? tasks = null, DateTimeOffset? expiresAt = null) =>
        new JobRequestEvent.JobRequested(by, [.. candidates ?? ["ann", "bob", "cid"]], Tasks(tasks ?? ["t1", "t2"]), "Clean the office", expiresAt, Now);

    public static JobRequestEvent Accepted(string by) => new JobRequestEvent.JobAccepted(by, Now);

    public static JobRequestEvent Declined(string by, string? reason = null) => new JobRequestEvent.JobDeclined(by, reason, Now);

    public static JobRequestEvent Withdrawn(string by) => new JobRequestEvent.JobWithdrawn(by, Now);

    public static JobRequestEvent Cancelled(string by = Requester) => new JobRequestEvent.JobCancelled(by, Now);

    public static JobRequestEvent Expired() => new JobRequestEvent.JobExpired(Now);

    public static JobRequestEvent Started(string by) => new JobRequestEvent.JobStarted(by, Now);

    public static JobRequestEvent TaskFinished(string by, string task) => new JobRequestEvent.TaskFinished(by, task, Now);

    public static JobRequestEvent Finished(string by) => new JobRequestEvent.JobFinished(by, Now);

    public static JobRequestEvent Exhausted(string by) => new JobRequestEvent.CandidatesExhausted(by, Now);

    public static JobRequestCommand Create(string by = Requester, string[]? candidates = null, string[]? tasks = null, DateTimeOffset? expiresAt = null) =>
        new JobRequestCommand.Create(by, [.. candidates ?? ["ann", "bob", "cid"]], Tasks(tasks ?? ["t1", "t2"]), "Clean the office", expiresAt, Now);

    public static JobRequestCommand Accept(string by) => new JobRequestCommand.Accept(by, Now);

    public static JobRequestCommand Decline(string by, string? reason = null) => new JobRequestCommand.Decline(by, reason, Now);

    public static JobRequestCommand Withdraw(string by) => new JobRequestCommand.Withdraw(by, Now);

    public static JobRequestCommand Cancel(string by = Requester) => new JobRequestCommand.Cancel(by, Now);

    public static JobRequestCommand Start(string by) => new JobRequestCommand.Start(by, Now);

    public static JobRequestCommand FinishTask(string by, string task) => new JobRequestCommand.FinishTask(by, task, Now);

    public static JobRequestCommand Finish(string by) => new JobRequestCommand.Finish(by, Now);

    public static ImmutableArray<JobTask> Tasks(params string[] ids) => [.. ids.Select(id => new JobTask(id, $"the task {id}"))];
}
