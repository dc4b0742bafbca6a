using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>Whether a remembered FAIL is what the decider says at its version.</summary>
internal static class FailRules
{
    private const string NoSuchTask = "\0";
    private const string Nobody = "\0";

    private static readonly JobRequestCommand.Amend AmendToTooMany = new(
        AddCandidates: [.. Enumerable.Range(0, JobRequest.MaxCandidates).Select(i => $"\0{i}")]);

    private static readonly JobRequestCommand.Amend AmendToEndFirst = new(
        Details: new JobDetails { StartsAt = DateTimeOffset.MaxValue, EndsAt = DateTimeOffset.MinValue });

    /// <returns>Why not, or null.</returns>
    public static string? WhatIsWrong(JobRequest state, LedgerEntry entry)
    {
        if (Rejections.Find(entry.Code!) is null) return "there is no such rejection";
        if (state.IsTerminal) return entry.Code == Rejections.JobClosed.Code ? null : $"the job was {state.Status}";
        if (state.DueAt is { } due && due <= entry.At) return $"time had to act first, at {Show.Time(due)}";
        if (entry.Code == Rejections.DeadlinePassed.Code) return null;
        if (entry.Code == Rejections.VersionMismatch.Code)
            return entry.Expected is { } expected && expected != state.Version ? null : "that is the version it asked for";
        if (!Operations.All.Contains(entry.Operation)) return $"there is no operation '{entry.Operation}'";
        if (state.Version == 0) return "nobody had created the job";

        // Nor does a document say whether the caller was an administrator.
        var said = (
            from command in Commands(state, entry)
            from isAdmin in (bool[])[false, true]
            select JobRequestDecider.Decide(state, command, entry.Caller, entry.At, isAdmin) is JobRequestDecision.Rejected refused
                ? refused.Rejection.Code
                : "SUCCESS").ToHashSet();
        return said.Contains(entry.Code ?? "") ? null : $"the rules say {string.Join(" or ", said)}";
    }

    // A document does not say which task was meant, nor what else a command said.
    private static IEnumerable<JobRequestCommand> Commands(JobRequest state, LedgerEntry entry) => entry.Operation switch
    {
        Operations.Create => [new JobRequestCommand.Create([], [])],
        Operations.Accept => [new JobRequestCommand.Accept(), new JobRequestCommand.Accept(Standby: true)],
        Operations.Confirm => [new JobRequestCommand.Confirm()],
        Operations.Decline => [new JobRequestCommand.Decline()],
        Operations.Withdraw => [new JobRequestCommand.Withdraw()],
        Operations.Cancel => [new JobRequestCommand.Cancel()],
        Operations.Amend => [AmendToTooMany, AmendToEndFirst],
        Operations.Assign => state.Candidates.Select(candidate => candidate.Id).Take(1).Append(Nobody).Select(person => new JobRequestCommand.Assign(person)),
        Operations.Release => [new JobRequestCommand.Release()],
        Operations.Start => [new JobRequestCommand.Start()],
        Operations.Finish => [new JobRequestCommand.Finish()],
        Operations.FinishTask => state.Tasks.Select(task => task.Id).Append(NoSuchTask).Select(task => new JobRequestCommand.FinishTask(task)),
        _ => [],
    };
}
