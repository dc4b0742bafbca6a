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

    /// <summary>Refused by a job in a terminal state: not stored, for deciding again gives the same.</summary>
    public sealed record Closed(int Version) : Answer;

    /// <summary>The job does not exist for this caller.</summary>
    public sealed record Unknown : Answer;

    /// <summary>The caller's or the job's ledger of FAILs is full.</summary>
    public sealed record Overrun : Answer;

    /// <summary>What <paramref name="entry"/> means to a request with this fingerprint; null on either side matches any payload.</summary>
    public static Answer From(LedgerEntry entry, string? fingerprint) =>
        fingerprint is null || entry.Fingerprint is null || entry.Fingerprint == fingerprint ? new Recorded(entry) : new OtherPayload();

    /// <summary>What the caller is told; <paramref name="replayed"/> and <paramref name="snapshot"/> belong to what is recorded.</summary>
    public JobRequestReply ToReply(bool replayed, JobSnapshot? snapshot) => this switch
    {
        Recorded { Entry: { IsFail: false } entry } => new JobRequestReply.Succeeded(entry.Version, snapshot, replayed, entry.Rank),
        Recorded { Entry: var entry } => new JobRequestReply.Rejected(entry.Code!, entry.Version, replayed, entry.Expected),
        OtherPayload => new JobRequestReply.KeyReused(Recorded: true),
        Closed closed => new JobRequestReply.Rejected(Rejections.JobClosed.Code, closed.Version, Replayed: false, null),
        Overrun => new JobRequestReply.TooManyAttempts(),
        _ => new JobRequestReply.NotFound(),
    };

    /// <summary>Whether the answer holds only as long as nothing else was written: it needs a write, or a fresh read, behind it.</summary>
    public bool NeedsProof => this is Unknown or Overrun;
}

/// <summary>
/// Decides a batch on a copy of the document. Pure: what it returns becomes true only when <see cref="Document"/> has been written.
/// </summary>
internal sealed class JobDecision(
    CommittedJob job, int published, DateTimeOffset clock, JobRequestOptions options, IReadOnlyDictionary<int, DateTimeOffset>? publishedAt)
{
    /// <summary>How long all texts of a job's events can be before it is amended no more, in characters; one has up to four bytes.</summary>
    private const int MaxAmendedLength = 1_000_000;

    // Whole milliseconds, as they are shown.
    private readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(clock.ToUnixTimeMilliseconds());
    private readonly LedgerDraft _ledger = new(job.Ledger, options);
    private readonly List<StoredEvent> _events = [];
    private readonly List<(WorkItem Item, Answer? Answer)> _answers = [];
    private JobRequest _state = job.State;

    /// <summary>Null when there is nothing to write.</summary>
    public JobDocument? Document { get; private set; }

    public JobRequest State => _state;

    public IReadOnlyList<LedgerEntry> NewEntries => _ledger.Entries;

    public IReadOnlyList<(WorkItem Item, Answer? Answer)> Answers => _answers;

    public bool NeedsProof => _answers.Exists(answer => answer.Answer is { NeedsProof: true } || answer.Item is WorkItem.Refresh);

    public static JobDecision Decide(
        CommittedJob job, IReadOnlyList<WorkItem> items, int published, DateTimeOffset clock, JobRequestOptions options,
        IReadOnlyDictionary<int, DateTimeOffset>? publishedAt = null)
    {
        var decision = new JobDecision(job, published, clock, options, publishedAt);
        foreach (var item in items) decision._answers.Add((item, decision.Decide(item)));
        var mark = published > job.Document.Published && items.Any(item => item is WorkItem.MarkPublished);
        if (decision._events.Count > 0 || decision.NewEntries.Count > 0 || mark) decision.Document = decision.Compose();
        return decision;
    }

    private Answer? Decide(WorkItem item)
    {
        if (item is WorkItem.Advance) Advance();
        return item switch
        {
            WorkItem.Command command => Decide(command),
            WorkItem.Close close => Decide(close),
            _ => null,
        };
    }

    private Answer Decide(WorkItem.Command item)
    {
        var envelope = item.Envelope;
        var caller = envelope.Caller;
        var isCreate = envelope.Command is JobRequestCommand.Create;
        if (_state.IsWaiting(caller.Person)) Advance();
        if (!isCreate && !_state.IsVisibleTo(caller)) return new Answer.Unknown();
        if (_ledger.Find(item.Name) is { } known) return Answer.From(known, envelope.Fingerprint);

        Advance();
        if (_state.IsTerminal) return new Answer.Closed(_state.Version);

        // A document has a limit, and each amendment can be as large as a job.
        if (envelope.Command is JobRequestCommand.Amend && job.Document.Events.Sum(LengthOf) > MaxAmendedLength) return new Answer.Overrun();
        if (_now > envelope.NotAfter) return Refuse(envelope, Rejections.DeadlinePassed);
        if (envelope.IfMatch is { } expected && expected != _state.Version) return Refuse(envelope, Rejections.VersionMismatch, expected);

        var decision = JobRequestDecider.Decide(_state, envelope.Command, caller.Person, _state.TimeOfNext(_now), caller.IsAdmin);
        if (decision is JobRequestDecision.Rejected refused) return Refuse(envelope, refused.Rejection);
        if (!_ledger.HasRoom && !caller.IsAdmin && caller.Person != _state.Requester && caller.Person != _state.Winner) return new Answer.Overrun();
        foreach (var @event in ((JobRequestDecision.Succeeded)decision).Events) Append(@event, envelope.Key);
        var answer = Record(Entry(envelope) with { Version = _state.Version, Rank = _events[^1].Rank });
        // In the same write: where nobody is left of those who were asked, the next wave is.
        Advance();
        return answer;
    }

    private Answer Decide(WorkItem.Close item)
    {
        var query = item.Query;
        if (query.Operation != Operations.Create && !_state.IsVisibleTo(query.Caller)) return new Answer.Unknown();
        if (_ledger.Find(item.Name) is { } known) return new Answer.Recorded(known);

        Advance();
        if (_state.IsTerminal) return new Answer.Closed(_state.Version);

        if (!_ledger.HasRoomForClosing(query.Caller.Person)) return new Answer.Overrun();
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

    private static int LengthOf(StoredEvent stored) => stored.Details is not { } details
        ? 0
        : (details.Description?.Length ?? 0) + (details.Instructions?.Length ?? 0) + (details.Metadata?.Sum(static pair => pair.Length) ?? 0);

    private void Advance()
    {
        foreach (var @event in JobRequestDecider.Advance(_state, _now)) Append(@event, request: null);
    }

    private void Append(JobRequestEvent @event, string? request)
    {
        _state = JobRequest.Evolve(_state, @event);
        _events.Add(@event.ToStored(_state.Version, _state.Epoch, request));
    }

    private Answer Refuse(CommandEnvelope envelope, Rejection rejection, int? expected = null) => _ledger.HasRoomForFail(envelope.Caller.Person)
        ? Record(Entry(envelope) with { Code = rejection.Code, Version = _state.Version, Expected = expected })
        : new Answer.Overrun();

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
        TraceId = ActivityContext.TryParse(envelope.TraceParent, null, out var trace) ? trace.TraceId.ToHexString() : null,
    };

    private Answer.Recorded Record(LedgerEntry entry)
    {
        _ledger.Add(entry);
        return new Answer.Recorded(entry);
    }

    private JobDocument Compose()
    {
        var document = job.Timed(publishedAt);
        List<StoredEvent> events = [.. document.Events, .. _events];
        CompactOldest(events);
        var oldestUnpublished = events.Find(stored => stored.N > published);
        return document with
        {
            Schema = JobDocument.CurrentSchema,
            State = _state.ToStored().Keeping(document.State),
            Events = events,
            Requests = [.. document.Requests, .. NewEntries],
            Published = published,
            OutboxSince = oldestUnpublished?.At.ToUnixTimeMilliseconds(),
            DueAt = _state.DueAt?.ToUnixTimeMilliseconds(),
        };
    }

    private void CompactOldest(List<StoredEvent> events)
    {
        var excess = events.Count - options.MaxEvents;
        if (excess <= 0) return;
        var firstUnpublished = events.FindIndex(stored => stored.N > published);
        events.RemoveRange(0, Math.Min(excess, firstUnpublished < 0 ? events.Count : firstUnpublished));
    }
}
