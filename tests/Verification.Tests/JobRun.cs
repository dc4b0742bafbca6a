using JobRequests.Documents;
using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Verification.Tests;

/// <summary>
/// A job's life on a log, decided by the product's own decision: what it leaves behind is good evidence by construction. Commands wait in
/// the log until they are delivered; events are published in order, sometimes twice; the view follows.
/// </summary>
internal sealed class JobRun
{
    public const string Requester = "rita";
    public const string CreateKey = "k0";

    public static readonly string JobId = JobRequestId.Derive(Requester, CreateKey);
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly JobRequestOptions _options;
    private readonly List<RequestEvidence> _log = [];
    private readonly List<(CommandEnvelope Envelope, RecordedCall Call, bool IsLost)> _undelivered = [];
    private readonly List<EventEvidence> _published = [];
    private readonly List<DeadLetterEvidence> _dead_lettered = [];
    private readonly List<RecordedCall> _calls = [];
    private readonly List<long> _cacheWipes = [];
    private CommittedJob _job = CommittedJob.None;
    private DateTimeOffset _clock = Begin;
    private TimeSpan _skew;
    private int _acknowledged;
    private JobView _view = JobView.Empty(JobId);

    public JobRun(JobRequestOptions? options = null) => _options = options ?? new JobRequestOptions();

    public JobRequest State => _job.State;

    public JobDocument Document => _job.Document;

    public DateTimeOffset Now => _clock;

    /// <summary>What a checker must know of the deployment.</summary>
    public CheckRules Rules =>
        new() { MaxFailsPerCaller = _options.MaxFailsPerCaller, MaxFailsPerJob = _options.MaxFailsPerJob, MaxEvents = _options.MaxEvents };

    public void Pass(TimeSpan time) => _clock += time;

    /// <summary>Another silo decides from now on, whose clock is this much ahead of the gateway's.</summary>
    public void MoveToClock(TimeSpan skew) => _skew = skew;

    /// <summary>Somebody sends a command. It stands in the log until <see cref="Deliver"/>.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="command">What.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="ifMatch">The version asked for.</param>
    /// <param name="deadline">How long it may be executed.</param>
    /// <param name="isLost">The caller's connection breaks: no answer reaches it.</param>
    public void Send(string caller, JobRequestCommand command, string key, int? ifMatch = null, TimeSpan? deadline = null, bool isLost = false)
    {
        Pass(TimeSpan.FromMilliseconds(1));
        var who = new Caller(caller, caller == "admin");
        var position = new LogPosition(0, _log.Count);
        var envelope = new CommandEnvelope(
            JobId, who, key, Fingerprint.Of(JobId, who, ifMatch, command), _clock.AddTicks(_log.Count + 1), _clock
                + (deadline ?? TimeSpan.FromSeconds(35)), ifMatch, command, null, position);
        _log.Add(new RequestEvidence(position, envelope, null, IsFinished: true));
        _undelivered.Add((envelope, CommandCall.Of(JobId, caller, who.IsAdmin, key, command, Time()), isLost));
    }

    /// <summary>What is in the log is decided, in one batch.</summary>
    public void Deliver()
    {
        Pass(TimeSpan.FromMilliseconds(1));
        var batch = _undelivered.ToList();
        _undelivered.Clear();
        var decision = Decide([.. batch.Select(sent => new WorkItem.Command(sent.Envelope))]);
        for (var i = 0; i < batch.Count; i++) _calls.Add(Answered(batch[i], decision.Answers[i].Answer!));
    }

    /// <summary>Delivers nothing of what is in the log: all of it is dead-lettered.</summary>
    public void DeadLetter()
    {
        foreach (var (envelope, call, _) in _undelivered)
        {
            _dead_lettered.Add(new DeadLetterEvidence(new LogPosition(0, _dead_lettered.Count), envelope.Position, "the storage kept failing"));
            _calls.Add(call with { End = call.Start + Nanoseconds(Wait) });
        }

        _undelivered.Clear();
    }

    /// <summary>The status route is asked after the deadline of what is still in the log: it must not happen any more.</summary>
    public void Close()
    {
        if (_undelivered is not [var (envelope, call, _), ..]) return;
        if (_clock <= envelope.NotAfter) _clock = envelope.NotAfter;
        Pass(_options.ClockTolerance + TimeSpan.FromMilliseconds(1));
        var start = Time();
        var decision = Decide([new WorkItem.Close(new OutcomeQuery(envelope.Caller, envelope.Command.Operation, envelope.Key, null, null, envelope.NotAfter))]);
        var told = decision.Answers[0].Answer switch
        {
            Answer.Recorded recorded => Told(call, recorded.Entry) with { Replayed = true },
            Answer.Closed closed => call with { Outcome = "FAIL", Code = Rejections.JobClosed.Code, Version = closed.Version },
            _ => call,
        };
        // Asked by the key alone: told of what the key was used for first, which may be another task.
        _calls.Add(told with { Start = start, End = Time(), Task = null });
    }

    public void Advance() => Decide([new WorkItem.Advance()]);

    /// <summary>The outbox publishes what it holds. Where a crash follows, it does so again.</summary>
    public void Publish(bool crash = false)
    {
        var from = _acknowledged;
        foreach (var stored in _job.Document.Events.Where(stored => stored.N > from))
            _published.Add(new EventEvidence(new LogPosition(0, _published.Count), stored.ToWire(JobId)));
        if (crash) return;
        foreach (var stored in _job.Document.Events) _view = _view.Apply(stored.N, stored.ToDomain())!;
        _acknowledged = _job.State.Version;
    }

    public void Mark() => Decide([new WorkItem.MarkPublished()]);

    /// <summary>Somebody reads the job itself, or its view.</summary>
    public void Read(string caller, bool strong = true)
    {
        Pass(TimeSpan.FromMilliseconds(1));
        var job = strong ? _job.State : _view.Job;
        var start = Time();
        var snapshot = JobSnapshot.Of(new JobView(JobId, job), new Caller(caller, caller == "admin"));
        var call = new RecordedCall
        {
            Job = JobId,
            Op = "get",
            Caller = caller,
            Start = start,
            End = Time(),
            Outcome = snapshot is null ? "REFUSED" : "SUCCESS",
            Status = snapshot is null ? 404 : 200,
            Admin = caller == "admin" ? true : null
        };
        _calls.Add(snapshot is null ? call : call with
        {
            Version = snapshot.Version,
            Winner = snapshot.AcceptedBy ?? "",
            Strong = strong,
            MinVersion = strong ? null : snapshot.Version,
            Seen = [.. snapshot.Candidates.Select(candidate => candidate.Id)],
        });
    }

    public void WipeCache()
    {
        Pass(TimeSpan.FromMilliseconds(1));
        _cacheWipes.Add(Time());
        Pass(TimeSpan.FromMilliseconds(1));
    }

    public JobEvidence Evidence() => new()
    {
        Job = JobId,
        Document = _job.Document is { State.Version: 0, Requests: [] } ? DocumentEvidence.None : new DocumentEvidence(_job.Document),
        View = _view.Version == 0 ? ViewEvidence.None : new ViewEvidence(StoredView.From(_view.Job.ToStored())),
        Requests = _log,
        Events = _published,
        DeadLetters = _dead_lettered,
        Calls = _calls,
        CacheWipes = _cacheWipes,
    };

    private JobDecision Decide(IReadOnlyList<WorkItem> items)
    {
        var decision = JobDecision.Decide(_job, items, _acknowledged, _clock + _skew, _options);
        if (decision.Document is { } document) _job = CommittedJob.From(new StoredJob(document, "etag"));
        return decision;
    }

    private RecordedCall Answered((CommandEnvelope Envelope, RecordedCall Call, bool IsLost) sent, Answer answer)
    {
        var (envelope, call, isLost) = sent;
        if (isLost) return call;
        var late = call.Start + Nanoseconds(Wait);
        if (Time() > late) return call with { End = late };
        var told = answer switch
        {
            Answer.Recorded recorded => Told(call, recorded.Entry) with { Replayed = recorded.Entry.ReceivedAt != envelope.ReceivedAt },
            Answer.Closed closed => call with { Outcome = "FAIL", Status = 409, Code = Rejections.JobClosed.Code, Version = closed.Version, Replayed = false },
            Answer.OtherPayload => call with { Outcome = "REFUSED", Status = 422, Code = "IDEMPOTENCY_KEY_REUSED" },
            Answer.Unknown => call with { Status = 404, Code = "JOB_REQUEST_NOT_FOUND" },
            _ => call with { Status = 429, Code = "TOO_MANY_ATTEMPTS" },
        };
        return told with { End = Time(), AnswerJob = JobId, AnswerKey = call.Key };
    }

    private static RecordedCall Told(RecordedCall call, LedgerEntry entry) => call with
    {
        Rank = entry.Rank,
        Outcome = entry.IsFail ? "FAIL" : "SUCCESS",
        Status = entry.IsFail ? 409 : 200,
        Code = entry.Code,
        Version = entry.Version,
    };

    private long Time() => Nanoseconds(_clock - Begin) + _calls.Count;

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;
}
