using System.Diagnostics.Metrics;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace JobRequests.Grains;

/// <summary>
/// Everything a job's grain does, without Orleans around it: loads the document, decides batches on a copy, writes once, answers
/// after the write and lets the outbox publish. Not thread-safe: its host runs it on one scheduler.
/// </summary>
internal sealed partial class JobRequestExecutor
{
    // A create that is on its way arrives within this time, and makes looking for its job in storage needless.
    private static readonly TimeSpan CreateLead = TimeSpan.FromMilliseconds(100);

    private static readonly Counter<long> GivenUpCommands = Telemetry.Meter.CreateCounter<long>(
        "jobs.commands.given_up", "{command}", "Commands whose job's document could not be stored: parked, where there is a log; otherwise only their callers can repeat them.");

    private readonly string _jobRequestId;
    private readonly IJobDocumentStore _store;
    private readonly JobRequestOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Random _random;
    private readonly WaiterTable _waiters;
    private readonly RecentAnswers _recent;
    private readonly OutboxRelay _outbox;
    private readonly IStorageMonitor? _storage;
    private readonly CancellationToken _closing;
    private List<WorkItem> _queue = [];
    private Task _writer = Task.CompletedTask;
    private Task<CommittedJob>? _loading;
    private CommittedJob? _job;
    private bool _mustReload;

    public JobRequestExecutor(
        string jobRequestId,
        IJobDocumentStore store,
        IJobEventPublisher publisher,
        JobRequestOptions options,
        TimeProvider clock,
        ILogger logger,
        CancellationToken closing = default,
        Random? random = null,
        IStorageMonitor? storage = null)
    {
        _jobRequestId = jobRequestId;
        _store = store;
        _options = options;
        _clock = clock;
        _logger = logger;
        _random = random ?? Random.Shared;
        _storage = storage;
        _closing = closing;
        _waiters = new WaiterTable(closing);
        _recent = new RecentAnswers(clock);
        _outbox = new OutboxRelay(jobRequestId, publisher, OnOutboxEmpty, clock, logger, _random);
    }

    /// <summary>Raised when the outbox has become empty and the document does not say so yet.</summary>
    public event Action? MarkerPending;

    /// <summary>Calls that wait for an outcome.</summary>
    public int Waiting => _waiters.Count;

    /// <summary>Decides a batch. Returns when each command was answered, or given up; never fails.</summary>
    /// <returns>Which commands were given up because the job's document could not be stored: the first of them, and all after it. Null for none.</returns>
    public async Task<GivenUp?> ExecuteAsync(IEnumerable<CommandEnvelope> commands)
    {
        var items = new List<WorkItem>();
        var places = new List<int>();
        var place = -1;
        foreach (var command in commands)
        {
            place++;
            if (command is not { IsComplete: true } || command.JobRequestId != _jobRequestId)
            {
                // It would fail each time, and its neighbours with it.
                LogUnreadable(_jobRequestId, command?.Key);
                continue;
            }

            if (command.Command is JobRequestCommand.Create && IsForeignCreate(command.Caller, command.Key))
            {
                LogForeignCreate(_jobRequestId, command.Key);
                continue;
            }

            items.Add(new WorkItem.Command(command));
            places.Add(place);
        }

        Submit(items);
        GivenUp? givenUp = null;
        for (var i = 0; i < items.Count; i++)
        {
            try
            {
                await items[i].Done;
            }
            catch (Exception exception)
            {
                if (givenUp is not null) continue;
                LogGivenUp(_jobRequestId, items.Count - i, exception);
                GivenUpCommands.Add(items.Count - i);
                givenUp = new GivenUp(places[i], items[i].Attempts, exception);
            }
        }

        return givenUp;
    }

    /// <summary>The outcome of a request as soon as it is known, at the latest after <paramref name="wait"/>.</summary>
    public async Task<JobRequestReply> GetOutcomeAsync(OutcomeQuery query, TimeSpan wait)
    {
        var started = _clock.GetTimestamp();
        var name = new RequestName(query.Caller.Person, query.Operation, query.Key);
        if (_job is null && _loading is null && query is { Operation: Operations.Create, Fingerprint: not null } && wait > CreateLead
            && await _waiters.WaitAsync(name, query.Fingerprint, CreateLead, _clock) is { } created) return Reply(created, query);

        var loaded = await LoadAsync();
        // A batch that waited for the same load may have been written by now.
        var job = _job ?? loaded;
        // What a create is called tells which job it makes: nobody asks about, or closes, a create of another's job.
        if (query.Operation == Operations.Create && IsForeignCreate(query.Caller, query.Key)) return new JobRequestReply.NotFound();
        if (FindAnswer(job, query, name) is { } known) return Reply(known, query);
        if (query.NotAfter is { } notAfter && _clock.GetUtcNow() - _options.ClockTolerance > notAfter)
        {
            var close = new WorkItem.Close(query);
            Submit([close]);
            await close.Done;
            return Reply(FindAnswer(_job ?? await LoadAsync(), query, name) ?? close.Answer ?? new Answer.Unknown(), query);
        }

        if (query.Fingerprint is null && query.Operation != Operations.Create)
        {
            if (await ReadFreshAsync(query.Caller) is null) return new JobRequestReply.NotFound();
            // The command may have been decided meanwhile.
            if (FindAnswer(_job ?? job, query, name) is { } decided) return Reply(decided, query);
        }

        var left = wait - _clock.GetElapsedTime(started);
        if (left <= TimeSpan.Zero) return new JobRequestReply.Pending();
        return await _waiters.WaitAsync(name, query.Fingerprint, left, _clock) is { } answer ? Reply(answer, query) : new JobRequestReply.Pending();
    }

    /// <summary>What <paramref name="command"/> would lead to now. Reads the primary, stores nothing.</summary>
    public async Task<JobRequestReply> PreviewAsync(CommandEnvelope command)
    {
        var job = CommittedJob.From(await _store.ReadAsync());
        var unused = new CommittedJob(job.Document, job.ETag, job.State, new RequestLedger([]));
        var item = new WorkItem.Command(command);
        var decision = JobDecision.Decide(unused, [item], job.Document.Published, _clock.GetUtcNow(), _options);
        return decision.Answers[0].Answer switch
        {
            Answer.Recorded { Entry: { IsFail: false } entry } => new JobRequestReply.Succeeded(entry.Version, null, Replayed: false),
            Answer.Recorded { Entry: var entry } => new JobRequestReply.Rejected(entry.Code!, entry.Version, Replayed: false, entry.Expected),
            Answer.Closed closed => new JobRequestReply.Rejected(Rejections.JobClosed.Code, closed.Version, Replayed: false, null),
            _ => new JobRequestReply.NotFound(),
        };
    }

    /// <summary>The job as it is in storage now.</summary>
    public async Task<JobSnapshot?> ReadFreshAsync(Caller caller)
    {
        var job = CommittedJob.From(await _store.ReadAsync());
        return new JobView(_jobRequestId, job.State).ToSnapshot(caller);
    }

    public async Task<JobHistory?> ReadHistoryAsync(Caller caller)
    {
        var job = CommittedJob.From(await _store.ReadAsync());
        var view = new JobView(_jobRequestId, job.State);
        var viewer = new Viewer(caller.Person, caller.IsAdmin);
        if (!view.IsVisibleTo(viewer)) return null;

        var everything = view.SeesEverything(viewer);
        return new JobHistory(_jobRequestId, view.Version, [.. job.Document.Events.Select(stored =>
        {
            var @event = stored.ToWire(_jobRequestId);
            return everything ? @event : @event.ForCandidate(caller.Person);
        })]);
    }

    /// <summary>Why the caller's request has its outcome, or null where the caller may not know of the job.</summary>
    public async Task<RequestExplanation?> ExplainAsync(Caller caller, string operation, string key)
    {
        if (operation == Operations.Create && IsForeignCreate(caller, key)) return null;
        return RequestExplainer.Explain(await ReadTimedAsync(), _jobRequestId, caller, operation, key);
    }

    /// <summary>The ledger on a time axis, or null where the caller may not know of the job.</summary>
    public async Task<JobTimeline?> ReadTimelineAsync(Caller caller) => RequestExplainer.Timeline(await ReadTimedAsync(), _jobRequestId, caller);

    /// <summary>Publishes what a load finds unpublished; returns when the outbox is empty and the document says so.</summary>
    public async Task PublishOutboxAsync()
    {
        var job = await LoadAsync();
        // Who calls found unpublished events in storage; where none are known here, another activation has left them.
        if (job.Document.Published >= job.State.Version) await RefreshAsync();
        do
        {
            await _outbox.WhenEmpty;
            await MarkPublishedAsync();
        }
        // The marker may have met a document in which another activation has left more.
        while (!_outbox.IsStopping && _job is { } now && now.Document.Published < now.State.Version);
    }

    public async Task ExpireIfDueAsync()
    {
        var job = await LoadAsync();
        if (!job.State.IsExpiryDue(_clock.GetUtcNow()) && !(await RefreshAsync()).State.IsExpiryDue(_clock.GetUtcNow())) return;
        var expire = new WorkItem.Expire();
        Submit([expire]);
        await expire.Done;
    }

    /// <summary>Writes the outbox marker, if it is behind.</summary>
    public async Task MarkPublishedAsync()
    {
        if (_job is null || _outbox.Published <= _job.Document.Published) return;
        var mark = new WorkItem.MarkPublished();
        Submit([mark]);
        await mark.Done;
    }

    /// <summary>Finishes what has begun: writes, publications, the marker.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _outbox.BeginStop();
        try
        {
            await _writer.WaitAsync(cancellationToken);
            await _outbox.WhenEmpty.WaitAsync(cancellationToken);
            await MarkPublishedAsync().WaitAsync(cancellationToken);
        }
        finally
        {
            _outbox.Abandon();
        }
    }

    // What storage holds now, with the times that only this activation knows so far.
    private async Task<JobDocument> ReadTimedAsync()
    {
        var stored = CommittedJob.From(await _store.ReadAsync());
        return (_job is { } job && job.ETag == stored.ETag ? job : stored).Timed(_outbox.PublishedAt);
    }

    private async Task<CommittedJob> RefreshAsync()
    {
        var refresh = new WorkItem.Refresh();
        Submit([refresh]);
        await refresh.Done;
        return _job ?? await LoadAsync();
    }

    private void Submit(List<WorkItem> items)
    {
        if (items.Count == 0) return;
        _queue.AddRange(items);
        if (_writer.IsCompleted) _writer = WriteQueueAsync();
    }

    private async Task WriteQueueAsync()
    {
        while (_queue.Count > 0)
        {
            var batch = _queue;
            _queue = [];
            try
            {
                await CommitWithRetriesAsync(batch);
                foreach (var item in batch) item.Complete();
            }
            catch (Exception exception)
            {
                if (batch.Count == 1) batch[0].Fail(exception);
                else await CommitOneByOneAsync(batch);
            }
        }
    }

    // It may be one of them that cannot be stored. None is decided behind one that was not: their order is a promise.
    private async Task CommitOneByOneAsync(List<WorkItem> batch)
    {
        Exception? failure = null;
        foreach (var item in batch)
        {
            if (failure is null || item is not WorkItem.Command)
            {
                try
                {
                    using var trace = BatchTrace.Start([item]);
                    item.Attempts++;
                    await CommitAsync([item], trace);
                    item.Complete();
                    continue;
                }
                catch (Exception exception)
                {
                    _mustReload = true;
                    failure ??= exception;
                }
            }

            item.Fail(failure);
        }
    }

    // After any fault the document is read again: what the ledger holds by then is the answer, the rest is decided anew.
    private async Task CommitWithRetriesAsync(List<WorkItem> batch)
    {
        var started = _clock.GetTimestamp();
        var isAnswering = false;
        using var trace = BatchTrace.Start(batch);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                foreach (var item in batch) item.Attempts++;
                await CommitAsync(batch, trace);
                return;
            }
            catch (Exception exception)
            {
                _mustReload = true;
                if (exception is InconsistentStateException)
                {
                    LogConflict(_jobRequestId, attempt);
                    if (attempt < 3) continue;
                }
                else
                {
                    LogStorageFault(_jobRequestId, attempt, exception);
                }

                if (_clock.GetElapsedTime(started) > _options.RetryBudget)
                {
                    // Where no job can be stored it is not this one's fault: its commands wait for the storage, however long that takes. It is
                    // the job's fault when the storage took another write before and after this attempt.
                    if (_storage is null) throw;
                    var wasAnswering = isAnswering;
                    isAnswering = await _storage.IsAnsweringAsync();
                    if (isAnswering && wasAnswering) throw;
                    if (!isAnswering)
                    {
                        await _storage.WaitUntilAnsweringAsync(_closing);
                        started = _clock.GetTimestamp();
                    }
                }

                await Task.Delay(BackOff(attempt), _clock);
            }
        }
    }

    private async Task CommitAsync(List<WorkItem> batch, BatchTrace? trace)
    {
        var isGuess = IsProbablyNew(batch);
        // A read that somebody else began may be older than these commands.
        var loaded = !isGuess && (_job is null || _mustReload) && _loading is null or { IsCompleted: true };
        var job = isGuess ? CommittedJob.None : await LoadAsync();
        var decision = JobDecision.Decide(job, batch, _outbox.Published, _clock.GetUtcNow(), _options, _outbox.PublishedAt);
        if (decision.Document is null && decision.NeedsProof && !loaded)
        {
            // This activation may be a stale one: it speaks only after looking.
            _mustReload = true;
            job = await LoadAsync();
            decision = JobDecision.Decide(job, batch, _outbox.Published, _clock.GetUtcNow(), _options, _outbox.PublishedAt);
        }

        if (decision.Document is { } document)
        {
            trace?.Writing();
            var etag = await _store.WriteAsync(document, job.ETag);
            _storage?.HasAnswered();
            _job = job.Advance(decision, etag, _clock.GetUtcNow());
            _outbox.Append(document.Events, document.State.Version, trace);
        }

        foreach (var (item, answer) in decision.Answers)
        {
            if (answer is not null) trace?.Decided(item, answer);
            Tell(item, answer);
        }
    }

    // A job that nobody has asked for before its create arrives does not exist, or else the insert finds out.
    private bool IsProbablyNew(List<WorkItem> batch) =>
        _job is null && _loading is null && !_mustReload && batch[0] is WorkItem.Command { Envelope.Command: JobRequestCommand.Create };

    private void Tell(WorkItem item, Answer? answer)
    {
        if (item is WorkItem.Command { Envelope: var envelope } command)
        {
            _waiters.Resolve(command.Name, envelope.Fingerprint, answer!);
            // Also where somebody waited: that wait may have ended in this very moment.
            if (answer!.NeedsProof) _recent.Add(new Attempt(command.Name, envelope.Fingerprint, envelope.ReceivedAt), answer);
        }
        else if (item is WorkItem.Close close)
        {
            close.Answer = answer;
            _waiters.Resolve(close.Name, null, answer!);
        }
    }

    private Task<CommittedJob> LoadAsync()
    {
        if (_job is { } job && !_mustReload) return Task.FromResult(job);
        if (_loading is { IsCompleted: false }) return _loading;
        return _loading = ReadAsync();

        async Task<CommittedJob> ReadAsync()
        {
            var stored = await _store.ReadAsync();
            var read = CommittedJob.From(stored);
            // Written meanwhile: newer than what was read.
            if (_job is { } written && !_mustReload) return written;
            _job = read;
            _mustReload = false;
            _outbox.Resume(stored.Document.Published, stored.Document.Events, stored.Document.State.Version);
            return read;
        }
    }

    private void OnOutboxEmpty()
    {
        if (_job is { } job && _outbox.Published > job.Document.Published) MarkerPending?.Invoke();
    }

    private Answer? FindAnswer(CommittedJob job, OutcomeQuery query, RequestName name)
    {
        var visible = query.Operation == Operations.Create || job.State.IsVisibleTo(query.Caller);
        if (visible)
        {
            if (job.Ledger.Find(name) is { } entry)
                return Answer.From(entry, query.Fingerprint);
            if (job.State.IsTerminal) return new Answer.Closed(job.State.Version);
        }

        return query is { Fingerprint: { } fingerprint, ReceivedAt: { } receivedAt } ? _recent.Take(new Attempt(name, fingerprint, receivedAt)) : null;
    }

    private JobRequestReply Reply(Answer answer, OutcomeQuery query)
    {
        switch (answer)
        {
            case Answer.Recorded { Entry: var entry }:
                var replayed = query.ReceivedAt is null || entry.ReceivedAt != query.ReceivedAt;
                if (entry.IsFail) return new JobRequestReply.Rejected(entry.Code!, entry.Version, replayed, entry.Expected);
                return new JobRequestReply.Succeeded(entry.Version, _job?.ViewAt(_jobRequestId, entry.Version)?.ToSnapshot(query.Caller), replayed);
            case Answer.OtherPayload:
                return new JobRequestReply.KeyReused(Recorded: true);
            case Answer.Closed closed:
                return new JobRequestReply.Rejected(Rejections.JobClosed.Code, closed.Version, Replayed: false, null);
            case Answer.Overrun:
                return new JobRequestReply.TooManyAttempts();
            default:
                return new JobRequestReply.NotFound();
        }
    }

    private bool IsForeignCreate(Caller caller, string key) => JobRequestId.Derive(caller.Person, key) != _jobRequestId;

    private TimeSpan BackOff(int attempt) => TimeSpan.FromMilliseconds(Math.Min(1000, 20 << Math.Min(attempt, 6)) * (0.5 + _random.NextDouble()));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A create with key {Key} reached job {JobRequestId}, which is not the job of its caller and key; it is not executed.")]
    private partial void LogForeignCreate(string jobRequestId, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "A command with key {Key} on the stream of job {JobRequestId} is incomplete or meant for another job; it is not executed.")]
    private partial void LogUnreadable(string jobRequestId, string? key);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} commands on job {JobRequestId} were given up because its document could not be stored; their callers get TIMEOUT and may send them again with the same key.")]
    private partial void LogGivenUp(string jobRequestId, int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The document of job {JobRequestId} was changed by somebody else; the batch is decided again (attempt {Attempt}).")]
    private partial void LogConflict(string jobRequestId, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage of job {JobRequestId} failed (attempt {Attempt}); the document is read again.")]
    private partial void LogStorageFault(string jobRequestId, int attempt, Exception exception);
}
