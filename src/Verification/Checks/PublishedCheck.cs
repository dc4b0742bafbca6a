using JobRequests.Documents;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Verification;

/// <summary>The records of <c>finalevents</c> in themselves and against the document: I3, I4 and I10.</summary>
internal static class PublishedCheck
{
    public static void Check(JobCase job)
    {
        if (job.Evidence.Events is not { } events) return;
        var last = CheckOrder(job, events);
        if (!job.HasDocuments || job.DocumentEvidence.Unreadable is not null) return;
        if (job.Document is not { } document)
        {
            if (events.Count > 0)
                job.Findings.Add(Invariant.I10, "Events were published of a job that has no document.", evidence: events.Take(3).Select(Show.Event));
            return;
        }

        CheckContent(job, document);
        if (last < document.Published && (job.Evidence.EventsAreWhole || events.Count > 0))
            job.Findings.Add(Invariant.I4, $"Events up to {document.Published} are marked as published, finalevents has them up to {last}.", document.Published,
                evidence: [Show.Document(document), .. events.TakeLast(1).Select(Show.Event)]);
    }

    /// <returns>The last version in the topic.</returns>
    private static int CheckOrder(JobCase job, IReadOnlyList<EventEvidence> events)
    {
        var first = new Dictionary<int, EventEvidence>();
        // Where the topic has forgotten its oldest records, it begins anywhere.
        var last = job.Evidence.EventsAreWhole || events.Count == 0 ? 0 : events[0].Event.Version - 1;
        foreach (var published in events)
        {
            var version = published.Event.Version;
            if (first.TryGetValue(version, out var before))
            {
                if (!Same(before.Event, published.Event))
                    job.Findings.Add(Invariant.I3, $"Event {version} was published twice, differently.", version, published.Event.By, published.Event.Request,
                        Show.Event(before), Show.Event(published));
                continue;
            }

            first.Add(version, published);
            if (version != last + 1)
                job.Findings.Add(Invariant.I3, $"Event {version} was published after event {last}.", version, published.Event.By, published.Event.Request,
                    [.. first.TryGetValue(last, out var prior) ? (string[])[Show.Event(prior)] : [], Show.Event(published)]);
            last = Math.Max(last, version);
        }

        return last;
    }

    private static void CheckContent(JobCase job, JobDocument document)
    {
        var own = document.Events.ToLookup(stored => stored.N);
        foreach (var published in job.Published)
        {
            var version = published.Event.Version;
            if (version > document.State.Version)
                job.Findings.Add(Invariant.I10, $"Event {version} was published, the document is at version {document.State.Version}.", version,
                    published.Event.By, published.Event.Request, Show.Event(published), Show.Document(document));
            else if (own[version].FirstOrDefault() is { } stored && !Same(stored.ToWire(job.Job), published.Event))
                job.Findings.Add(Invariant.I10, $"Event {version} was published otherwise than the document has it.", version, published.Event.By,
                    published.Event.Request, Show.Event(stored), Show.Event(published));
        }
    }

    // Equality of records compares the identity of their arrays.
    private static bool Same(JobEvent a, JobEvent b) =>
        a.JobRequestId == b.JobRequestId && (a == b || EventCheck.Json(a.ToStored()) == EventCheck.Json(b.ToStored()));
}
