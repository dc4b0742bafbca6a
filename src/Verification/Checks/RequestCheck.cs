using JobRequests.Documents;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Verification;

/// <summary>The records of <c>requests</c> against what became of them: I4, I5 and I7.</summary>
internal static class RequestCheck
{
    public static void Check(JobCase job)
    {
        if (job.Evidence.Requests is not { } requests || !job.HasDocuments || job.DocumentEvidence.Unreadable is not null) return;
        var deadLetters = job.Evidence.DeadLetters?.Where(record => record.Origin is not null).Select(record => record.Origin!.Value).ToHashSet() ?? [];
        foreach (var request in requests)
        {
            if (!request.IsFinished || deadLetters.Contains(request.Position)) continue;
            if (WhyItNeedsAnOutcome(job, requests, deadLetters, request) is { } problem)
                job.Findings.Add(
                    Invariant.I4, problem, job.Document?.State.Version, request.Command?.Caller.Person, request.Command?.Key, Show.Request(request));
        }

        CheckEvents(job, requests);
        CheckOutcomes(job, requests);
    }

    private static string? WhyItNeedsAnOutcome(JobCase job, IReadOnlyList<RequestEvidence> requests, HashSet<LogPosition> deadLetters, RequestEvidence request)
    {
        if (request.Command is not { } command) return "A record that cannot be delivered is not dead-lettered.";
        var identity = IdentityOf(command);
        if (job.Ledger.ContainsKey(identity)) return null;
        if (job.State is not { Version: > 0 } state)
            return command.Command is JobRequestCommand.Create ? $"The {identity} has no outcome and is not dead-lettered." : null;
        if (!state.IsVisibleTo(command.Caller) && command.Command is not JobRequestCommand.Create) return null;
        // Nor is there a job for somebody who becomes a candidate only later.
        if (!command.Caller.IsAdmin && MayHaveComeLater(job, command.Caller.Person, request.Position)) return null;

        // Before the job's create a command meets no job, and leaves nothing.
        var create = requests.FirstOrDefault(record => record.Command is { Command: JobRequestCommand.Create }
            && record.Position.Partition == request.Position.Partition
            && !deadLetters.Contains(record.Position));
        if (create is null || create.Position.Offset > request.Position.Offset) return null;
        if (IsLedgerFull(job, command.Caller.Person)) return null;
        // A closed job's refusals are not kept; but it was open as long as something was still decided on it.
        if (state.IsTerminal && LastDecidedOffset(job, request.Position.Partition) < request.Position.Offset) return null;
        return $"The {identity} has no outcome and is not dead-lettered.";
    }

    // Whether the person was no candidate yet when this command was decided, as far as the events that are known tell.
    private static bool MayHaveComeLater(JobCase job, string person, LogPosition position)
    {
        if (person == job.State!.Requester) return false;
        for (var number = 1; number <= job.Chain.Length; number++)
        {
            if (job.Chain.StateAt(number)!.FindCandidate(person) is null) continue;
            return number > 1 && !(job.IdentityOf(number) is { } cause && job.Ledger.GetValueOrDefault(cause)?.Offset < position.Offset);
        }

        return true;
    }

    private static void CheckEvents(JobCase job, IReadOnlyList<RequestEvidence> requests)
    {
        if (!job.Evidence.RequestsAreWhole) return;
        var sent = requests.Where(request => request.Command is not null).Select(request => IdentityOf(request.Command!)).ToHashSet();
        foreach (var (cause, stored) in job.Causes)
            if (!sent.Contains(cause))
                job.Findings.Add(Invariant.I5, $"Nobody sent the {cause}, which happened.", stored.N, cause.Caller, cause.Key, Show.Event(stored));
    }

    private static void CheckOutcomes(JobCase job, IReadOnlyList<RequestEvidence> requests)
    {
        var byPosition = new Dictionary<LogPosition, RequestEvidence>();
        foreach (var request in requests) byPosition.TryAdd(request.Position, request);
        foreach (var (identity, entry) in job.Ledger)
        {
            if (entry is not
                {
                    Partition: { } partition,
                    Offset: { } offset
                } || !byPosition.TryGetValue(new LogPosition(partition, offset), out var request)) continue;
            if (request.Command is not { } command || IdentityOf(command) != identity || command.Fingerprint != entry.Fingerprint)
                job.Findings.Add(Invariant.I5, $"The outcome of the {identity} names a record that is another one.", entry.Version, entry.Caller, entry.Key,
                    Show.Entry(entry), Show.Request(request));
            else if (WhatIsWrong(job, entry, command) is { } problem)
                job.Findings.Add(Invariant.I7, $"The {identity} {problem}.", entry.Version, entry.Caller, entry.Key, Show.Entry(entry), Show.Request(request));
        }
    }

    private static string? WhatIsWrong(JobCase job, LedgerEntry entry, CommandEnvelope command)
    {
        if (!entry.IsFail && !command.Caller.IsAdmin && job.Chain.Event(entry.Version)?.Role == nameof(DispatcherRole.Administrator))
            return "succeeded by the right of an administrator, whom the command did not come from";
        var isLate = entry.At > command.NotAfter;
        if (entry.Code == Rejections.DeadlinePassed.Code) return isLate ? null : "failed for its deadline before that had passed";
        if (isLate) return "was decided after its deadline";
        if (command.IfMatch is not { } expected) return entry.Code == Rejections.VersionMismatch.Code ? "failed for a version it did not ask for" : null;
        if (entry.Code == Rejections.VersionMismatch.Code) return expected == entry.Expected ? null : "failed for another version than it asked for";
        return VersionBefore(job, entry) is { } before && before != expected ? $"was decided at version {before}, it asked for {expected}" : null;
    }

    private static int? VersionBefore(JobCase job, LedgerEntry entry)
    {
        if (entry.IsFail) return entry.Version;
        return job.Chain.Event(entry.Version) is { } stored ? entry.Version - (stored.Type == nameof(JobRequestEvent.CandidatesExhausted) ? 2 : 1) : null;
    }

    private static bool IsLedgerFull(JobCase job, string caller)
    {
        var fails = job.Document!.Requests.Where(entry => entry.IsFail).ToList();
        return fails.Count >= job.Rules.MaxFailsPerJob || fails.Count(entry => entry.Caller == caller) >= job.Rules.MaxFailsPerCaller;
    }

    private static long LastDecidedOffset(JobCase job, int partition) =>
        job.Document!.Requests.Where(entry => entry.Partition == partition).Select(entry => entry.Offset ?? -1).DefaultIfEmpty(-1).Max();

    private static RequestIdentity IdentityOf(CommandEnvelope command) => new(command.Caller.Person, command.Command.Operation, command.Key);
}
