using System.Diagnostics.CodeAnalysis;
using JobRequests.Documents;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

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
            var stored = Chain.Event(number)!;
            if (IdentityOf(stored) is { } cause) Causes.TryAdd(cause, stored);
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

    /// <summary>Null for what time did, for the second event of a decline, and for what names no request.</summary>
    public static RequestIdentity? IdentityOf(StoredEvent stored) => stored is { By: { } by, Request: { } request } && OperationOf(stored.Type) is { } operation
        ? new RequestIdentity(by, operation, request)
        : null;

    /// <summary>The operation whose success the event is; null for events that are nobody's own.</summary>
    public static string? OperationOf(string eventType) => eventType switch
    {
        nameof(JobRequestEvent.JobRequested) => Operations.Create,
        nameof(JobRequestEvent.JobAccepted) => Operations.Accept,
        nameof(JobRequestEvent.JobDeclined) => Operations.Decline,
        nameof(JobRequestEvent.JobWithdrawn) => Operations.Withdraw,
        nameof(JobRequestEvent.JobCancelled) => Operations.Cancel,
        nameof(JobRequestEvent.JobStarted) => Operations.Start,
        nameof(JobRequestEvent.TaskFinished) => Operations.FinishTask,
        nameof(JobRequestEvent.JobFinished) => Operations.Finish,
        _ => null,
    };

    /// <summary>Whether an answer SUCCESS to <paramref name="identity"/> at this event's version tells the truth.</summary>
    public static bool Shows(StoredEvent stored, RequestIdentity identity) => stored.By == identity.Caller && stored.Request == identity.Key
        && (OperationOf(stored.Type) == identity.Operation
            || (stored.Type == nameof(JobRequestEvent.CandidatesExhausted) && identity.Operation == Operations.Decline));

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
            .Select(published => ToStored(published.Event)), .. own];
    }

    private static List<EventEvidence> FirstOccurrences(IReadOnlyList<EventEvidence> events)
    {
        var seen = new HashSet<int>();
        return [.. events.Where(published => seen.Add(published.Event.Version))];
    }

    private static StoredEvent ToStored(JobEvent e) => new()
    {
        N = e.Version,
        Type = e.Type,
        At = e.At,
        By = e.By,
        Request = e.Request,
        Epoch = e.Epoch,
        Candidates = e.Data.Candidates is { } candidates ? [.. candidates] : null,
        Tasks = e.Data.Tasks is { } tasks ? [.. tasks.Select(task => new StoredTask(task.Id, task.Name, task.Done))] : null,
        Title = e.Data.Title,
        ExpiresAt = e.Data.ExpiresAt,
        Reason = e.Data.Reason,
        Task = e.Data.Task,
    };
}
