using System.Text.Json;
using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>Each event against the rules: I1, I2, I5, I17, I18. The decider itself says whether the command behind an event could succeed.</summary>
internal static class EventCheck
{
    public static void Check(JobCase job)
    {
        CheckWinners(job);
        CheckCauses(job);
        for (var number = 1; number <= job.Chain.Length; number++) CheckRules(job, number);
    }

    private static void CheckWinners(JobCase job)
    {
        var accepts = new Dictionary<int, StoredEvent>();
        StoredEvent? standing = null;
        for (var number = 1; number <= job.Chain.Length; number++)
        {
            var stored = job.Chain.Event(number)!;
            if (job.Chain.Fact(number).FormerWinner is not null) standing = null;
            if (job.Chain.Fact(number).NewWinner is null) continue;
            standing = stored;
            if (!accepts.TryAdd(stored.Epoch, stored))
                job.Findings.Add(Invariant.I1, $"Two people got the job in epoch {stored.Epoch}.", number, stored.By, stored.Request,
                    Show.Event(accepts[stored.Epoch]), Show.Event(stored));
        }

        var winner = standing is null ? null : job.Chain.Fact(standing.N).NewWinner;
        if (job.State is { } state && state.Version == job.Chain.Length && state.Winner != winner)
        {
            job.Findings.Add(
                Invariant.I1,
                $"By the events {winner ?? "nobody"} has the job, by the document {state.Winner ?? "nobody"}.", state.Version, state.Winner, null,
                [Show.Document(job.Document!), .. standing is null ? [] : (string[])[Show.Event(standing)]]);
        }
    }

    private static void CheckCauses(JobCase job)
    {
        var seen = new Dictionary<RequestIdentity, StoredEvent>();
        for (var number = 1; number <= job.Chain.Length; number++)
        {
            var stored = job.Chain.Event(number)!;
            if (job.IdentityOf(number) is { } cause && !seen.TryAdd(cause, stored))
                job.Findings.Add(
                    Invariant.I2, $"The {cause} was executed twice.", number, cause.Caller, cause.Key, Show.Event(seen[cause]), Show.Event(stored));
        }
    }

    private static void CheckRules(JobCase job, int number)
    {
        var before = job.Chain.StateAt(number - 1)!;
        var (stored, fact) = (job.Chain.Event(number)!, job.Chain.Fact(number));
        if (fact.FormerWinner is not null && before.Standby.FirstOrDefault() != fact.NewWinner)
            job.Findings.Add(
                Invariant.I17, $"{before.Standby.FirstOrDefault() ?? "Nobody"} was the first on standby, and {fact.NewWinner ?? "nobody"} got the job.",
                number, fact.NewWinner, stored.Request, [.. Before(job, number), Show.Event(stored)]);
        else if (fact.By is null && WhatIsWrongWithTime(before, stored, fact) is { } early)
            job.Findings.Add(
                Invariant.I18, $"Event {number} cannot have happened: {early}.", number, evidence: [.. Before(job, number), Show.Event(stored)]);
        else if (fact.By is not null && WhatIsWrong(job, before, stored, fact) is { } problem)
            job.Findings.Add(Invariant.I5, $"Event {number} cannot have happened: {problem}.", number, stored.By, stored.Request,
                [.. Before(job, number), Show.Event(stored)]);
    }

    private static string? WhatIsWrongWithTime(JobRequest before, StoredEvent stored, JobRequestEvent fact)
    {
        if (stored.By is not null || stored.Request is not null) return "time does this, nobody does";
        return JobRequestDecider.Advance(before, stored.At) is [var first, ..] && Same(first, fact)
            ? null
            : $"the job was {before.Status} and due at {(before.DueAt is { } due ? Show.Time(due) : "no time")}";
    }

    private static string? WhatIsWrong(JobCase job, JobRequest before, StoredEvent stored, JobRequestEvent fact)
    {
        if (stored.Request is null) return "it names no request";
        if (fact is JobRequestEvent.CandidatesExhausted) return FollowsItsDecline(job, stored) ? null : "no decline before it left nobody";
        if (before.Version == 0 && fact is not JobRequestEvent.JobRequested) return "nobody had created the job";
        if (before.Version == 0 && JobRequestId.Derive(stored.By!, stored.Request) != job.Job) return "the job's id is not that of its requester and key";

        // An event bears the time of the one before it where the clock said less: when that was, only the clock knew.
        if (stored.At > before.LastEventAt && before.DueAt is { } past && past <= stored.At) return $"time had to act first, at {Show.Time(past)}";

        var command = fact.ToCommand() ?? throw new InvalidOperationException($"{stored.Type} is nobody's command.");
        return JobRequestDecider.Decide(before, command, fact.By!, fact.At, isAdmin: fact.Role == DispatcherRole.Administrator) switch
        {
            JobRequestDecision.Rejected refused => $"the rules refuse it ({refused.Rejection.Code})",
            JobRequestDecision.Succeeded { Events: [var only] } => Same(only, fact) ? null : "the rules lead to something else",
            JobRequestDecision.Succeeded { Events: [_, JobRequestEvent.CandidatesExhausted] }
                when job.Chain.Broken is null && job.Chain.Event(stored.N + 1)?.Type != nameof(JobRequestEvent.CandidatesExhausted) =>
                "it left nobody who may answer, and the job was not closed",
            _ => null,
        };
    }

    private static bool FollowsItsDecline(JobCase job, StoredEvent stored) =>
        job.Chain.Event(stored.N - 1) is { Type: nameof(JobRequestEvent.JobDeclined) } decline
        && (decline.By, decline.Request, decline.At) == (stored.By, stored.Request, stored.At)
        && job.Chain.StateAt(decline.N)!.CandidatesLeft == 0;

    // Equality of records compares the identity of arrays.
    private static bool Same(JobRequestEvent expected, JobRequestEvent actual) =>
        expected == actual || Json(expected.ToStored(number: 0, epoch: 0, request: null)) == Json(actual.ToStored(number: 0, epoch: 0, request: null));

    internal static string Json(StoredEvent stored) => JsonSerializer.Serialize(stored, JobDocumentJson.Default.StoredEvent);

    private static IEnumerable<string> Before(JobCase job, int number) => job.Chain.Event(number - 1) is { } before ? [Show.Event(before)] : [];
}
