using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification.Tests;

/// <summary>Ways to change a part of the evidence.</summary>
internal static class Tampered
{
    public static JobEvidence WithDocument(this JobEvidence evidence, Func<JobDocument, JobDocument> change) =>
        evidence with { Document = new DocumentEvidence(change(evidence.Document!.Document!)) };

    public static JobEvidence WithState(this JobEvidence evidence, Func<StoredState, StoredState> change) =>
        evidence.WithDocument(document => document with { State = change(document.State) });

    public static JobEvidence WithStored(this JobEvidence evidence, Func<List<StoredEvent>, IEnumerable<StoredEvent>> change) =>
        evidence.WithDocument(document => document with { Events = [.. change(document.Events)] });

    public static JobEvidence WithEvent(this JobEvidence evidence, int number, Func<StoredEvent, StoredEvent> change) =>
        evidence.WithStored(events => events.Select(stored => stored.N == number ? change(stored) : stored));

    /// <summary>Events, state and view are changed alike, as if the product had decided so.</summary>
    public static JobEvidence Decided(this JobEvidence evidence, Func<List<StoredEvent>, IEnumerable<StoredEvent>> change)
    {
        List<StoredEvent> events = [.. change(evidence.Document!.Document!.Events)];
        var job = JobRequest.Initial;
        for (var i = 0; i < events.Count; i++)
        {
            job = JobRequest.Evolve(job, events[i].ToDomain());
            events[i] = events[i] with { N = i + 1, Epoch = job.Epoch };
        }

        var state = job.ToStored();
        return evidence.WithDocument(document => document with { Events = events, State = state, Published = events.Count, OutboxSince = null }) with
        {
            View = new ViewEvidence(StoredView.From(state)),
            Events = null,
        };
    }

    public static JobEvidence WithEntry(this JobEvidence evidence, string key, Func<LedgerEntry, LedgerEntry?> change) => evidence.WithDocument(
        document => document with { Requests = [.. document.Requests.Select(entry => entry.Key == key ? change(entry) : entry).OfType<LedgerEntry>()] });

    public static JobEvidence WithView(this JobEvidence evidence, Func<StoredView, StoredView?> change) =>
        evidence with { View = new ViewEvidence(change(evidence.View!.View!)) };

    public static JobEvidence WithPublished(this JobEvidence evidence, Func<IReadOnlyList<EventEvidence>, IEnumerable<EventEvidence>> change) =>
        evidence with { Events = [.. change(evidence.Events!)] };

    public static JobEvidence WithRequests(this JobEvidence evidence, Func<IReadOnlyList<RequestEvidence>, IEnumerable<RequestEvidence>> change) =>
        evidence with { Requests = [.. change(evidence.Requests!)] };

    public static JobEvidence WithCalls(this JobEvidence evidence, Func<IReadOnlyList<RecordedCall>, IEnumerable<RecordedCall>> change) =>
        evidence with { Calls = [.. change(evidence.Calls!)] };

    public static JobEvidence WithCall(this JobEvidence evidence, string key, Func<RecordedCall, RecordedCall> change) =>
        evidence.WithCalls(calls => calls.Select(call => call.Key == key ? change(call) : call));

    public static JobEvidence WithLastCall(this JobEvidence evidence, string key, Func<RecordedCall, RecordedCall> change) =>
        evidence.WithCalls(calls => [.. calls.Where(call => call != Last(calls, key)), change(Last(calls, key))]);

    private static RecordedCall Last(IReadOnlyList<RecordedCall> calls, string key) => calls.Last(call => call.Key == key);
}
