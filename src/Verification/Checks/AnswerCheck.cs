using System.Globalization;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>What callers were told against each other and against what is stored: I1, I2, I4, I5, I6, I7, I14, I16 and I17.</summary>
internal static class AnswerCheck
{
    public static void Check(JobCase job)
    {
        if (job.Evidence.Calls is not { Count: > 0 } calls) return;
        var requests = calls.Where(call => !call.IsGet && call.Key is not null).GroupBy(call => new RequestIdentity(call.Caller, call.Op, call.Key!)).ToList();
        foreach (var request in requests)
        {
            var attempts = request.ToList();
            CheckAlike(job, request.Key, attempts);
            CheckCacheWipes(job, request.Key, attempts);
            CheckTasks(job, request.Key, attempts);
            if (job.HasDocuments && job.DocumentEvidence.Unreadable is null) CheckStored(job, request.Key, attempts);
        }

        CheckWinners(job, calls);
        foreach (var call in calls.Where(call => call is { IsSuccess: true, Version: not null })) CheckReached(job, call);
        if (job.HasDocuments) CheckEventsWereCalledFor(job, calls, requests);
    }

    private static void CheckAlike(JobCase job, RequestIdentity identity, List<RecordedCall> attempts)
    {
        RecordedCall? first = null;
        foreach (var call in attempts.Where(call => call.IsDecided))
        {
            if (first is null) first = call;
            else if (!IsAlike(first, call))
                job.Findings.Add(
                    Invariant.I2, $"The {identity} was answered in different ways.", call.Version, call.Caller, call.Key, Show.Call(first), Show.Call(call));
        }
    }

    // One key, two tasks: the second must not be told of the first one's success.
    private static void CheckTasks(JobCase job, RequestIdentity identity, List<RecordedCall> attempts)
    {
        foreach (var call in attempts.Where(call => call is { IsSuccess: true, Task: not null, Version: not null }))
            if (job.Chain.Event(call.Version!.Value) is { Task: { } finished } stored && finished != call.Task)
                job.Findings.Add(Invariant.I4, $"The {identity} was told that task {call.Task} is finished; it was task {finished}.", call.Version, call.Caller,
                    call.Key, Show.Call(call), Show.Event(stored));
    }

    private static void CheckStored(JobCase job, RequestIdentity identity, List<RecordedCall> attempts)
    {
        if (attempts.Find(call => call.IsDecided) is { } told)
        {
            if (told.IsSuccess) CheckSuccess(job, identity, told);
            else CheckFail(job, identity, told);
        }
        else if (attempts.TrueForAll(call => call.IsCertainRefusal))
        {
            if (job.Ledger.TryGetValue(identity, out var entry))
                job.Findings.Add(Invariant.I6, $"The {identity} was refused, and decided all the same.", entry.Version, identity.Caller, identity.Key,
                    Show.Call(attempts[0]), Show.Entry(entry));
            else if (job.Causes.TryGetValue(identity, out var stored))
                job.Findings.Add(Invariant.I6, $"The {identity} was refused, and happened.", stored.N, identity.Caller, identity.Key, Show.Call(attempts[0]),
                    Show.Event(stored));
        }
    }

    private static void CheckSuccess(JobCase job, RequestIdentity identity, RecordedCall told)
    {
        if (!job.Ledger.TryGetValue(identity, out var entry))
        {
            job.Findings.Add(
                Invariant.I4, job.Document is null
                    ? $"The {identity} succeeded, and the job has no document."
                    : $"The {identity} succeeded, and the document does not know of it.",
                told.Version, identity.Caller, identity.Key, [Show.Call(told), .. Documents(job)]);
        }
        else if (entry.IsFail)
        {
            job.Findings.Add(Invariant.I4, $"The {identity} was told to have succeeded; the document says that it failed.", told.Version, identity.Caller,
                identity.Key, Show.Call(told), Show.Entry(entry));
        }
        else if (told.Version is { } version && version != entry.Version)
        {
            job.Findings.Add(Invariant.I2, $"The {identity} was answered with version {version}; the document says {entry.Version}.", version, identity.Caller,
                identity.Key, Show.Call(told), Show.Entry(entry));
        }
    }

    private static void CheckFail(JobCase job, RequestIdentity identity, RecordedCall told)
    {
        if (job.Causes.TryGetValue(identity, out var stored))
            job.Findings.Add(Invariant.I6, $"The {identity} was told to have failed, and happened.", stored.N, identity.Caller, identity.Key, Show.Call(told),
                Show.Event(stored));
        else if (job.Ledger.TryGetValue(identity, out var entry))
        {
            if (!entry.IsFail)
                job.Findings.Add(Invariant.I6, $"The {identity} was told to have failed; the document says that it succeeded.", told.Version, identity.Caller,
                    identity.Key, Show.Call(told), Show.Entry(entry));
            else if ((told.Code is { } code && code != entry.Code) || (told.Version is { } version && version != entry.Version))
                job.Findings.Add(Invariant.I2, $"The {identity} was answered otherwise than the document remembers it.", told.Version, identity.Caller,
                    identity.Key, Show.Call(told), Show.Entry(entry));
        }
        else if (told.Code is null or "JOB_CLOSED")
        {
            // Not kept: a closed job gives the same answer for ever.
            var then = told.Version is { } version ? job.Chain.StateAt(version) ?? (job.State?.Version == version ? job.State : null) : job.State;
            if (job.Document is null)
                job.Findings.Add(
                    Invariant.I4, $"The {identity} was refused by a job that has no document.", told.Version, identity.Caller, identity.Key, Show.Call(told));
            else if (then is { IsTerminal: false } || (told.Version is { } named && named > job.Document.State.Version))
                job.Findings.Add(Invariant.I7, $"The {identity} was told that the job is closed, which it was not.", told.Version, identity.Caller,
                    identity.Key, [Show.Call(told), .. Documents(job)]);
        }
        else
        {
            job.Findings.Add(Invariant.I2, $"The {identity} failed, and nothing keeps it from succeeding later: the document does not know of it.",
                told.Version, identity.Caller, identity.Key, [Show.Call(told), .. Documents(job)]);
        }
    }

    private static void CheckWinners(JobCase job, IReadOnlyList<RecordedCall> calls)
    {
        var winners = new Dictionary<int, RecordedCall>();
        foreach (var call in calls.Where(call => call is { Op: Operations.Accept, IsSuccess: true, Version: not null, Rank: null }))
        {
            var version = call.Version!.Value;
            var stored = job.Chain.Event(version);
            if (stored is not null && (stored.Type != nameof(JobRequestEvent.JobAccepted) || stored.By != call.Caller))
                job.Findings.Add(Invariant.I1, $"{call.Caller} was told to have won at version {version}; something else happened then.", version, call.Caller,
                    call.Key, Show.Call(call), Show.Event(stored));
            if (!winners.TryAdd(version, call) && winners[version].Caller != call.Caller)
                job.Findings.Add(Invariant.I1, $"Two people were told that they won at version {version}.", version, call.Caller, call.Key,
                    Show.Call(winners[version]), Show.Call(call));
        }

        foreach (var epoch in winners.Where(told => job.Chain.Event(told.Key) is not null).GroupBy(told => job.Chain.Event(told.Key)!.Epoch))
        {
            if (epoch.Select(told => told.Value.Caller).Distinct(StringComparer.Ordinal).Skip(1).Any())
                job.Findings.Add(Invariant.I1, $"More than one person was told to have won epoch {epoch.Key}.", epoch.Max(told => told.Key),
                    evidence: epoch.Select(told => Show.Call(told.Value)));
        }
    }

    // Somebody who is an administrator is shown everything; a history may not say who is.
    private static void CheckReached(JobCase job, RecordedCall call)
    {
        var version = call.Version!.Value;
        if (call.Admin != true && job.Chain.StateAt(version) is { } state && state.IsWaiting(call.Caller) && call.Caller != state.Requester)
            job.Findings.Add(Invariant.I16, $"{call.Caller} was told of the job at version {version}, before a wave had reached this person.", version,
                call.Caller, call.Key, Show.Call(call), Show.State("job", state));
        if (call.Rank is { } rank && job.Chain.Event(version) is { } stored
            && (stored.Type, stored.By, stored.Rank) != (nameof(JobRequestEvent.StandbyJoined), call.Caller, rank))
            job.Findings.Add(Invariant.I17, $"{call.Caller} was told to wait in place {rank}; something else happened then.", version, call.Caller, call.Key,
                Show.Call(call), Show.Event(stored));
    }

    // A history that has a job's create is taken to have all calls on it.
    private static void CheckEventsWereCalledFor(JobCase job, IReadOnlyList<RecordedCall> calls, List<IGrouping<RequestIdentity, RecordedCall>> requests)
    {
        if (!calls.Any(call => call.Op == Operations.Create)) return;
        var made = requests.Select(request => request.Key).ToHashSet();
        foreach (var (cause, stored) in job.Causes)
            if (!made.Contains(cause))
                job.Findings.Add(Invariant.I5, $"Nobody called for the {cause}, which happened.", stored.N, cause.Caller, cause.Key, Show.Event(stored));
    }

    private static void CheckCacheWipes(JobCase job, RequestIdentity identity, List<RecordedCall> attempts)
    {
        foreach (var wipe in job.Evidence.CacheWipes)
        {
            if (attempts.Find(call => call.IsDecided && call.End < wipe) is not { } before) continue;
            foreach (var after in attempts.Where(call => call.IsDecided && call.Start > wipe))
            {
                if (!IsAlike(before, after))
                    job.Findings.Add(Invariant.I14, $"The {identity} was answered otherwise after the cache was wiped.", after.Version, after.Caller, after.Key,
                        Show.Call(before), Show.Call(after));
                else if (after is { IsSuccess: true, Replayed: false })
                    job.Findings.Add(Invariant.I14, $"The {identity} counted as a new request after the cache was wiped.", after.Version, after.Caller,
                        after.Key, Show.Call(before), Show.Call(after));
            }
        }
    }

    internal static bool IsAlike(RecordedCall a, RecordedCall b) =>
        a.IsSuccess == b.IsSuccess
        && (a.IsSuccess || a.Code is null || b.Code is null || a.Code == b.Code)
        && (a.Version is null || b.Version is null || a.Version == b.Version);

    private static IEnumerable<string> Documents(JobCase job) => job.Document is { } document ? [Show.Document(document)] : [];
}

/// <summary>Whether answers came in time: I11. A call without an answer is not judged: its gateway, or its caller, may have been killed.</summary>
internal static class AnswerTimeCheck
{
    public static void Check(JobCase job)
    {
        foreach (var call in job.Evidence.Calls ?? [])
        {
            if (call.End is not { } end) continue;
            var took = TimeSpan.FromMicroseconds((end - call.Start) / 1e3);
            var wait = call.Wait is { } seconds ? TimeSpan.FromSeconds(seconds) : job.Rules.Wait;
            if (took <= wait + job.Rules.AnswerMargin) continue;
            job.Findings.Add(
                Invariant.I11,
                string.Create(CultureInfo.InvariantCulture,
                    $"An answer took {took.TotalMilliseconds:0} ms; the caller waited for {wait.TotalMilliseconds:0} ms."), call.Version, call.Caller, call.Key,
                        Show.Call(call));
        }
    }
}
