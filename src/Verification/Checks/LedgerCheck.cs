using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>The outcomes that a document remembers against its events: I2, I4, I5, I6 and I7.</summary>
internal static class LedgerCheck
{
    public static void Check(JobCase job)
    {
        if (job.Document is not { } document || job.State is null) return;
        var seen = new HashSet<RequestIdentity>();
        LedgerEntry? before = null;
        foreach (var entry in document.Requests)
        {
            var identity = new RequestIdentity(entry.Caller, entry.Operation, entry.Key);
            if (!seen.Add(identity))
                job.Findings.Add(Invariant.I2, $"The {identity} has two outcomes.", entry.Version, entry.Caller, entry.Key, Show.Entry(job.Ledger[identity]),
                    Show.Entry(entry));
            // Not by their times: the next silo's clock may be behind, and only events are kept from going back.
            if (before is not null && entry.Version < before.Version)
                job.Findings.Add(Invariant.I7, "An outcome was decided before the one that precedes it.", entry.Version, entry.Caller, entry.Key,
                    Show.Entry(before), Show.Entry(entry));
            before = entry;

            if (entry.Version > document.State.Version)
                job.Findings.Add(Invariant.I4, $"The outcome of the {identity} names version {entry.Version}, the document is at {document.State.Version}.",
                    entry.Version, entry.Caller, entry.Key, Show.Entry(entry), Show.Document(document));
            else if (entry.IsFail) CheckFail(job, identity, entry);
            else CheckSuccess(job, identity, entry);
        }

        CheckEventsAreRemembered(job);
    }

    private static void CheckSuccess(JobCase job, RequestIdentity identity, LedgerEntry entry)
    {
        if (job.Chain.Event(entry.Version) is not { } stored)
        {
            // Compacted, or behind a break that is reported by itself; version 0 has no event.
            if (entry.Version < 1)
                job.Findings.Add(Invariant.I4, $"The success of the {identity} has no event.", entry.Version, entry.Caller, entry.Key, Show.Entry(entry));
            return;
        }

        if (!job.Shows(stored.N, identity))
            job.Findings.Add(Invariant.I4, $"The success of the {identity} is not what happened at version {entry.Version}.", entry.Version, entry.Caller,
                entry.Key, Show.Entry(entry), Show.Event(stored));
        else if (entry.Rank != stored.Rank)
            job.Findings.Add(Invariant.I17, $"The success of the {identity} remembers place {entry.Rank} in the line, it was {stored.Rank}.", entry.Version,
                entry.Caller, entry.Key, Show.Entry(entry), Show.Event(stored));
        else if (job.Chain.StateAt(stored.N - 1) is { } before && stored.At != before.TimeOfNext(entry.At))
            job.Findings.Add(Invariant.I7, $"The success of the {identity} was decided at another time than it happened.", entry.Version, entry.Caller,
                entry.Key, Show.Entry(entry), Show.Event(stored));
    }

    private static void CheckFail(JobCase job, RequestIdentity identity, LedgerEntry entry)
    {
        if (job.Causes.TryGetValue(identity, out var happened))
            job.Findings.Add(
                Invariant.I6, $"The {identity} failed, and happened.", happened.N, entry.Caller, entry.Key, Show.Entry(entry), Show.Event(happened));
        if (job.Chain.StateAt(entry.Version) is not { } state) return;
        if (FailRules.WhatIsWrong(state, entry) is { } problem)
            job.Findings.Add(Invariant.I7, $"The {identity} cannot have failed with {entry.Code} at version {entry.Version}: {problem}.", entry.Version,
                entry.Caller, entry.Key, Show.Entry(entry), Show.State("then", state));
    }

    private static void CheckEventsAreRemembered(JobCase job)
    {
        foreach (var (cause, stored) in job.Causes)
        {
            if (!job.Ledger.TryGetValue(cause, out var entry))
                job.Findings.Add(Invariant.I5, $"Nobody remembers the {cause}, which happened.", stored.N, cause.Caller, cause.Key, Show.Event(stored));
            else if (!entry.IsFail && entry.Version != stored.N && !IsSecondOfTwo(job, stored, entry))
                job.Findings.Add(Invariant.I2, $"The {cause} happened at version {stored.N}, its outcome names {entry.Version}.", stored.N, cause.Caller,
                    cause.Key, Show.Event(stored), Show.Entry(entry));
        }
    }

    // The decline that leaves nobody is answered with the version of its second event.
    private static bool IsSecondOfTwo(JobCase job, StoredEvent stored, LedgerEntry entry) =>
        entry.Version == stored.N + 1 && job.Chain.Event(entry.Version) is { Type: nameof(JobRequestEvent.CandidatesExhausted) };
}
