using System.Diagnostics;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>An outcome and who may be told it.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>In the ledger (already, or with this batch's write).</summary>
    public sealed record Recorded(LedgerEntry Entry) : Answer;

    /// <summary>The caller's key is in the ledger with another payload.</summary>
    public sealed record OtherPayload : Answer;

    /// <summary>Refused by a job in a terminal state: not stored, for deciding anew gives the same.</summary>
    public sealed record Closed(int Version) : Answer;

    /// <summary>The job does not exist for this caller.</summary>
    public sealed record Unknown : Answer;

    /// <summary>The caller's or the job's ledger of FAILs is full.</summary>
    public sealed record Overrun : Answer;

    /// <summary>What <paramref name="entry"/> means to a request with this fingerprint; null on either side matches any payload.</summary>
    public static Answer From(LedgerEntry entry, string? fingerprint) =>
        fingerprint is null || entry.Fingerprint is null || entry.Fingerprint == fingerprint ? new Recorded(entry) : new OtherPayload();

    /// <summary>Whether the answer holds only as long as nothing else was written: it needs a write, or a fresh read, behind it.</summary>
    public bool NeedsProof => this is Unknown or Overrun;
}

/// <summary>
/// Decides a batch on a copy of the document. Pure: what it returns becomes true only when <see cref="Document"/> has been written.
/// </summary>
internal sealed class JobDecision
{
    private readonly CommittedJob _job;
    private readonly JobRequestOptions _options;
    private readonly DateTimeOffset _now;
    private readonly List<StoredEvent> _events = [];
    private readonly List<LedgerEntry> _entries = [];
    private readonly Dictionary<RequestName, LedgerEntry> _entriesByName = [];
    private readonly Dictionary<string, int> _newFails = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _newlyClosed = new(StringComparer.Ordinal);
    private readonly List<(WorkItem Item, Answer? Answer)> _answers = [];
    private readonly int _published;
    private readonly IReadOnlyDictionary<int, DateTimeOffset>? _publishedAt;
    private int _fails;
    private int _newBytes;
    private JobRequest _state;

    private JobDecision(CommittedJob job, int published, DateTimeOffset clock, JobRequestOptions options, IReadOnlyDictionary<int, DateTimeOffset>? publishedAt)
    {
        _publishedAt = publishedAt;
        _job = job;
        _state = job.State;
        _published = published;
        // Whole milliseconds, as they are shown.
        _now = DateTimeOffset.FromUnixTimeMilliseconds(clock.ToUnixTimeMilliseconds());
        _options = options;
    }

    /// <summary>Null when there is nothing to write.</summary>
    public JobDocument? Document { get; private set; }

    public JobRequest State => _state;

    public IReadOnlyList<LedgerEntry> NewEntries => _entries;

    public IReadOnlyList<(WorkItem Item, Answer? Answer)> Answers => _answers;

    public bool NeedsProof => _answers.Exists(answer => answer.Answer is { NeedsProof: true } || answer.Item is WorkItem.Refresh);

    public static JobDecision Decide(
        CommittedJob job,
        IReadOnlyList<WorkItem> items,
        int published,
        DateTimeOffset clock,
        JobRequestOptions options,
        IReadOnlyDictionary<int, DateTimeOffset>? publishedAt = null)
    {
        var decision = new JobDecision(job, published, clock, options, publishedAt);
        var mark = false;
        foreach (var item in items)
        {
            Answer? answer = null;
            switch (item)
            {
                case WorkItem.Command command:
                    answer = decision.Decide(command);
                    break;
                case WorkItem.Close close:
                    answer = decision.Decide(close);
                    break;
                case WorkItem.Expire:
                    decision.ExpireIfDue();
                    break;
                case WorkItem.MarkPublished:
                    mark |= published > job.Document.Published;
                    break;
            }

            decision._answers.Add((item, answer));
        }

        if (decision._events.Count > 0 || decision._entries.Count > 0 || mark) decision.Document = decision.Compose();
        return decision;
    }

    private Answer Decide(WorkItem.Command item)
    {
        var envelope = item.Envelope;
        var caller = envelope.Caller;
        var isCreate = envelope.Command is JobRequestCommand.Create;
        if (!isCreate && !_state.IsVisibleTo(caller)) return new Answer.Unknown();
        if (Find(item.Name) is { } known) return Answer.From(known, envelope.Fingerprint);

        ExpireIfDue();
        if (_state.IsTerminal) return new Answer.Closed(_state.Version);

        if (_now > envelope.NotAfter) return Refuse(envelope, Rejections.DeadlinePassed);
        if (envelope.IfMatch is { } expected && expected != _state.Version) return Refuse(envelope, Rejections.VersionMismatch, expected);

        switch (JobRequestDecider.Decide(_state, envelope.Command, caller.Person, _state.TimeOfNext(_now)))
        {
            case JobRequestDecision.Approved when !HasRoom(_options.MaxLedgerBytes) && caller.Person != _state.Requester && caller.Person != _state.Winner:
                return new Answer.Overrun();
            case JobRequestDecision.Approved approved:
                foreach (var @event in approved.Events) Append(@event, envelope.Key);
                return Record(Entry(envelope) with { Version = _state.Version });
            case JobRequestDecision.Refused refused:
                return Refuse(envelope, refused.Rejection);
            default:
                throw new InvalidOperationException("A decision is an approval or a refusal.");
        }
    }

    private Answer Decide(WorkItem.Close item)
    {
        var query = item.Query;
        if (query.Operation != Operations.Create && !_state.IsVisibleTo(query.Caller)) return new Answer.Unknown();
        if (Find(item.Name) is { } known) return new Answer.Recorded(known);

        ExpireIfDue();
        if (_state.IsTerminal) return new Answer.Closed(_state.Version);

        // Apart from the limit of FAILs: a fact that somebody waits for.
        var closed = _newlyClosed.GetValueOrDefault(query.Caller.Person);
        if (_job.Ledger.ClosedOf(query.Caller.Person) + closed >= _options.MaxFailsPerCaller || !HasRoom(_options.MaxLedgerBytes / 2)) return new Answer.Overrun();
        _newlyClosed[query.Caller.Person] = closed + 1;
        return Record(new LedgerEntry
        {
            Key = query.Key,
            Caller = query.Caller.Person,
            Operation = query.Operation,
            Code = Rejections.DeadlinePassed.Code,
            Version = _state.Version,
            At = _now,
        });
    }

    private LedgerEntry? Find(RequestName name) => _entriesByName.GetValueOrDefault(name) ?? _job.Ledger.Find(name);

    private void ExpireIfDue()
    {
        if (JobRequestDecider.ExpireIfDue(_state, _now) is { } expired) Append(expired, request: null);
    }

    private void Append(JobRequestEvent @event, string? request)
    {
        _state = JobRequest.Evolve(_state, @event);
        _events.Add(@event.ToStored(_state.Version, _state.Epoch, request));
    }

    private Answer Refuse(CommandEnvelope envelope, Rejection rejection, int? expected = null)
    {
        var caller = envelope.Caller.Person;
        var newFails = _newFails.GetValueOrDefault(caller);
        if (_job.Ledger.FailsOf(caller) + newFails >= _options.MaxFailsPerCaller || _job.Ledger.Fails + _fails >= _options.MaxFailsPerJob || !HasRoom(_options.MaxLedgerBytes))
            return new Answer.Overrun();

        _newFails[caller] = newFails + 1;
        _fails++;
        return Record(Entry(envelope) with { Code = rejection.Code, Version = _state.Version, Expected = expected });
    }

    private bool HasRoom(int bytes) => _job.Ledger.Bytes + _newBytes < bytes;

    private LedgerEntry Entry(CommandEnvelope envelope) => new()
    {
        Key = envelope.Key,
        Caller = envelope.Caller.Person,
        Operation = envelope.Command.Operation,
        Fingerprint = envelope.Fingerprint,
        Version = 0,
        At = _now,
        ReceivedAt = envelope.ReceivedAt,
        Partition = envelope.Position?.Partition,
        Offset = envelope.Position?.Offset,
        WrittenAt = envelope.WrittenAt,
        ReadAt = envelope.ReadAt,
        SignedBy = envelope.SignedBy,
        TraceId = ActivityContext.TryParse(envelope.TraceParent, null, isRemote: true, out var trace) ? trace.TraceId.ToHexString() : null,
    };

    private Answer.Recorded Record(LedgerEntry entry)
    {
        _entries.Add(entry);
        _newBytes += RequestLedger.BytesOf(entry);
        _entriesByName.Add(new RequestName(entry.Caller, entry.Operation, entry.Key), entry);
        return new Answer.Recorded(entry);
    }

    private JobDocument Compose()
    {
        var document = _job.Timed(_publishedAt);
        List<StoredEvent> events = [.. document.Events, .. _events];
        FoldAwayOldest(events);
        var oldestUnpublished = events.Find(stored => stored.N > _published);
        return document with
        {
            Schema = JobDocument.CurrentSchema,
            State = _state.ToStored().Keeping(document.State),
            Events = events,
            Requests = _entries.Count == 0 ? document.Requests : [.. document.Requests, .. _entries],
            Published = _published,
            OutboxSince = oldestUnpublished?.At.ToUnixTimeMilliseconds(),
            DueAt = _state is { Status: JobStatus.Open, ExpiresAt: { } due } ? due.ToUnixTimeMilliseconds() : null,
        };
    }

    private void FoldAwayOldest(List<StoredEvent> events)
    {
        var excess = events.Count - _options.MaxEvents;
        if (excess <= 0) return;
        var published = events.FindIndex(stored => stored.N > _published);
        events.RemoveRange(0, Math.Min(excess, published < 0 ? events.Count : published));
    }
}

/// <summary>What is known to be in storage.</summary>
/// <param name="LastWrite">This activation's last write, whose time the document does not hold yet.</param>
internal sealed record CommittedJob(JobDocument Document, string? ETag, JobRequest State, RequestLedger Ledger, Commit? LastWrite = null)
{
    /// <summary>A job of which nothing is stored.</summary>
    public static CommittedJob None => From(new StoredJob(new JobDocument(), null));

    public static CommittedJob From(StoredJob stored)
    {
        if (stored.Document.Schema > JobDocument.CurrentSchema)
            throw new InvalidDataException($"The job document has schema {stored.Document.Schema}; this version knows up to {JobDocument.CurrentSchema}. Upgrade the silo.");
        return new CommittedJob(stored.Document, stored.ETag, stored.Document.State.ToDomain(), new RequestLedger(stored.Document.Requests));
    }

    /// <summary>After the write of <paramref name="decision"/> succeeded. The ledger grows in place: this object is no longer used.</summary>
    public CommittedJob Advance(JobDecision decision, string etag, DateTimeOffset acknowledgedAt)
    {
        foreach (var entry in decision.NewEntries) Ledger.Add(entry);
        return new CommittedJob(decision.Document!, etag, decision.State, Ledger, new Commit(decision.NewEntries.Count, acknowledgedAt));
    }

    /// <summary>The document with the times that became known after it was written.</summary>
    public JobDocument Timed(IReadOnlyDictionary<int, DateTimeOffset>? publishedAt) => DocumentTimes.Add(Document, LastWrite, publishedAt);

    /// <summary>The job after event <paramref name="version"/>, or null where its events were folded away.</summary>
    public JobView? ViewAt(string jobRequestId, int version)
    {
        if (version == State.Version) return new JobView(jobRequestId, State);
        if (Document.Events is not [{ N: 1 }, ..]) return null;

        var view = JobView.Empty(jobRequestId);
        foreach (var stored in Document.Events)
        {
            if (stored.N > version) break;
            view = view.Apply(stored.N, stored.ToDomain()) ?? throw new InvalidDataException($"Event {stored.N} of job {jobRequestId} does not follow the one before it.");
        }

        return view;
    }
}
