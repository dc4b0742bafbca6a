using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>A document in itself: I3, I4 and I10 of state, events and outbox.</summary>
internal static class DocumentCheck
{
    public static void Check(JobCase job)
    {
        if (job.DocumentEvidence is { Unreadable: { } reason }) job.Findings.Add(Invariant.I10, $"The document cannot be read: {reason}");
        if (job.Document is not { } document || job.State is not { } state) return;

        CheckNumbers(job, document);
        CheckTimes(job, document);
        CheckFold(job, document, state);
        CheckOutbox(job, document);
    }

    private static void CheckNumbers(JobCase job, JobDocument document)
    {
        var version = document.State.Version;
        var events = document.Events;
        for (var i = 1; i < events.Count; i++)
        {
            if (events[i].N == events[i - 1].N + 1) continue;
            job.Findings.Add(Invariant.I3, $"Event {events[i].N} follows event {events[i - 1].N}.", events[i].N, events[i].By, events[i].Request,
                Show.Event(events[i - 1]), Show.Event(events[i]));
        }

        var last = events.Count > 0 ? events[^1].N : 0;
        if (last != version && (events.Count > 0 || document.Published < version))
            job.Findings.Add(Invariant.I3, $"The document is at version {version}, its last event is {last}.", version, evidence: Show.Document(document));

        if (version == 0 || events is [{ N: 1 }, ..]) return;
        var first = events.Count > 0 ? events[0].N : version + 1;
        if (document.Published < first - 1)
            job.Findings.Add(Invariant.I3, $"The events before {first} are gone, but only those up to {document.Published} were published.", first,
                evidence: Show.Document(document));
        else if (events.Count < job.Rules.MaxEvents)
            job.Findings.Add(Invariant.I3,
                $"The events before {first} are gone, though a document keeps {job.Rules.MaxEvents} and this one has {events.Count}.", first,
                evidence: Show.Document(document));
        if (job.Chain.Length < version) job.Findings.IsPartial = true;
    }

    private static void CheckTimes(JobCase job, JobDocument document)
    {
        for (var i = 1; i < document.Events.Count; i++)
        {
            var (before, after) = (document.Events[i - 1], document.Events[i]);
            if (after.At < before.At)
                job.Findings.Add(Invariant.I3, $"Event {after.N} is earlier than the one before it.", after.N, after.By, after.Request, Show.Event(before),
                    Show.Event(after));
        }
    }

    private static void CheckFold(JobCase job, JobDocument document, JobRequest state)
    {
        if (job.Chain.Broken is { } broken && !IsGap(document)) job.Findings.Add(Invariant.I3, $"The events do not make a job: {broken}.");
        if (job.Chain.StateAt(state.Version) is { } fold && StateDifference.Between(fold, state) is { } difference)
            job.Findings.Add(Invariant.I10, $"The state is not the fold of the events: {difference}.", state.Version,
                evidence: [Show.State("fold", fold), Show.State("document", state)]);

        for (var number = 1; number <= job.Chain.Length; number++)
        {
            var stored = job.Chain.Event(number)!;
            if (stored.Epoch != job.Chain.StateAt(number)!.Epoch)
                job.Findings.Add(Invariant.I10, $"Event {number} names epoch {stored.Epoch}; by the events it is {job.Chain.StateAt(number)!.Epoch}.", number,
                    stored.By, stored.Request, Show.Event(stored));
        }

        var due = state.DueAt?.ToUnixTimeMilliseconds();
        if (document.DueAt != due)
            job.Findings.Add(Invariant.I10, $"The index of deadlines says {Index(document.DueAt)}, the state {Index(due)}: the sweeper would miss it.",
                state.Version, evidence: Show.Document(document));
    }

    private static void CheckOutbox(JobCase job, JobDocument document)
    {
        var version = document.State.Version;
        if (document.Published < 0 || document.Published > version)
        {
            job.Findings.Add(
                Invariant.I4, $"{document.Published} events are marked as published, there are {version}.", version, evidence: Show.Document(document));
            return;
        }

        var oldest = document.Events.Find(stored => stored.N > document.Published);
        var since = oldest?.At.ToUnixTimeMilliseconds();
        if (document.OutboxSince != since)
            job.Findings.Add(Invariant.I4, $"The index of the outbox says {Index(document.OutboxSince)}, the events {Index(since)}: the sweeper would miss it.",
                version, evidence: Show.Document(document));

        if (document.Published == version) return;
        job.Findings.IsUnpublished = true;
        if (job.Rules.Settled)
            job.Findings.Add(Invariant.I4, $"The events after {document.Published} were never published.", version, evidence: Show.Document(document));
    }

    // Reported by its numbers already.
    private static bool IsGap(JobDocument document)
    {
        for (var i = 1; i < document.Events.Count; i++)
            if (document.Events[i].N != document.Events[i - 1].N + 1) return true;
        return document.Events is [{ N: > 1 }, ..];
    }

    private static string Index(long? at) => at is { } time ? Show.Time(DateTimeOffset.FromUnixTimeMilliseconds(time)) : "nothing";
}
