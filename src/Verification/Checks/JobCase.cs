using System.Diagnostics.CodeAnalysis;
using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>What a key is unique for, within a job.</summary>
internal readonly record struct RequestIdentity(string Caller, string Operation, string Key)
{
    public override string ToString() => $"{Operation} by {Caller} under key {Key}";
}

/// <summary>One job's evidence, prepared for the checks.</summary>
internal sealed class JobCase
{
    public JobCase(JobEvidence evidence, CheckRules rules)
    {
        Evidence = evidence;
        Rules = rules;
        Findings = new Findings(evidence.Job);
        Document = evidence.Document?.Document;
        Published = evidence.Events is null ? [] : FirstOccurrences(evidence.Events);
        if (Document is not null)
        {
            State = Read("document", Invariant.I10, () => Document.State.ToDomain());
            foreach (var entry in Document.Requests) Ledger.TryAdd(new RequestIdentity(entry.Caller, entry.Operation, entry.Key), entry);
        }

        Chain = EventChain.Of(AllEvents());
        for (var number = 1; number <= Chain.Length; number++)
        {
            if (IdentityOf(number) is { } cause) Causes.TryAdd(cause, Chain.Event(number)!);
        }
    }

    public JobEvidence Evidence { get; }

    public CheckRules Rules { get; }

    public Findings Findings { get; }

    public string Job => Evidence.Job;

    /// <summary>Null where there is none, or where documents were not read.</summary>
    public JobDocument? Document { get; }

    /// <summary>Whether documents were read at all.</summary>
    [MemberNotNullWhen(true, nameof(DocumentEvidence))]
    public bool HasDocuments => Evidence.Document is not null;

    public DocumentEvidence? DocumentEvidence => Evidence.Document;

    /// <summary>The document's state; null without a readable document.</summary>
    public JobRequest? State { get; }

    public EventChain Chain { get; }

    public Dictionary<RequestIdentity, LedgerEntry> Ledger { get; } = [];

    /// <summary>The event that each request led to, the first of two.</summary>
    public Dictionary<RequestIdentity, StoredEvent> Causes { get; } = [];

    /// <summary>First occurrences in <c>finalevents</c>, in their order there.</summary>
    public IReadOnlyList<EventEvidence> Published { get; }

    /// <summary>Whose event <paramref name="number"/> is; null for what time did, for the second event of a decline, and for what names no request.</summary>
    public RequestIdentity? IdentityOf(int number) =>
        Chain.Event(number) is { By: { } by, Request: { } request } && Chain.Fact(number).ToCommand() is { } command
            ? new RequestIdentity(by, command.Operation, request)
            : null;

    /// <summary>Whether an answer SUCCESS to <paramref name="identity"/> at version <paramref name="number"/> tells the truth.</summary>
    public bool Shows(int number, RequestIdentity identity) => IdentityOf(number) == identity
        || (Chain.Event(number) is { Type: nameof(JobRequestEvent.CandidatesExhausted) } stored && identity.Operation == Operations.Decline
            && (stored.By, stored.Request) == (identity.Caller, identity.Key));

    /// <summary>Reads what may be damaged; reports it where it is.</summary>
    public T? Read<T>(string what, Invariant invariant, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            Findings.Add(invariant, $"The {what} cannot be read: {exception.Message}");
            return null;
        }
    }

    private IEnumerable<StoredEvent> AllEvents()
    {
        var own = Document?.Events ?? [];
        var first = own.Count > 0 ? own[0].N : (Document?.State.Version ?? int.MaxValue - 1) + 1;
        return [.. Published.Where(published => published.Event.Version < first)
            .OrderBy(published => published.Event.Version)
            .Select(published => published.Event.ToStored()), .. own];
    }

    private static List<EventEvidence> FirstOccurrences(IReadOnlyList<EventEvidence> events)
    {
        var seen = new HashSet<int>();
        return [.. events.Where(published => seen.Add(published.Event.Version))];
    }
}
