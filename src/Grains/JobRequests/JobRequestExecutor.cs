using System.Diagnostics.Metrics;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>
/// Everything a job's grain does, without Orleans around it: takes commands to the <see cref="JobWriteQueue"/>, tells those who wait
/// for an outcome, and lets the outbox publish. Not thread-safe: its host runs it on one scheduler.
/// </summary>
internal sealed partial class JobRequestExecutor
{
    // A create that is on its way arrives within this time, and makes looking for its job in storage needless.
    private static readonly TimeSpan CreateLead = TimeSpan.FromMilliseconds(100);

    private static readonly Counter<long> AbandonedCommands = Telemetry.Meter.CreateCounter<long>(
        "jobs.commands.abandoned", "{command}",
        "Commands whose job's document could not be stored: dead-lettered, where there is a log; otherwise only their callers can repeat them.");

    private readonly string _jobRequestId;
    private readonly JobRequestOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly WaiterTable _waiters;
    private readonly RecentAnswers _recent;
    private readonly OutboxRelay _outbox;
    private readonly JobWriteQueue _writes;

    public JobRequestExecutor(
        string jobRequestId, IJobDocumentStore store, IJobEventPublisher publisher, JobRequestOptions options, TimeProvider clock, ILogger logger,
        Random? random = null, IStorageMonitor? storage = null, CancellationToken closing = default)
    {
        _jobRequestId = jobRequestId;
        _options = options;
        _clock = clock;
        _logger = logger;
        _waiters = new WaiterTable(closing);
        _recent = new RecentAnswers(clock);
        _outbox = new OutboxRelay(jobRequestId, publisher, OnOutboxEmpty, clock, logger, random ?? Random.Shared);
        _writes = new JobWriteQueue(jobRequestId, store, _outbox, Tell, options, clock, logger, random ?? Random.Shared, storage, closing);
        Reads = new JobReads(jobRequestId, store, options, clock, _writes, _outbox);
    }

    public JobReads Reads { get; }

    /// <summary>Raised when the outbox has become empty and the document does not say so yet.</summary>
    public event Action? OutboxPositionPending;

    /// <summary>Calls that wait for an outcome.</summary>
    public int Waiting => _waiters.Count;

    /// <summary>Decides a batch. Returns when each command was answered, or abandoned; never fails.</summary>
    /// <returns>Which commands were abandoned because the job's document could not be stored: the first of them, and all after it. Null for none.</returns>
    public async Task<Abandoned?> ExecuteAsync(IEnumerable<CommandEnvelope> commands)
    {
        var items = new List<WorkItem>();
        var places = new List<int>();
        foreach (var (place, command) in commands.Index())
        {
            if (command is not { IsComplete: true } || command.JobRequestId != _jobRequestId)
            {
                // It would fail each time, and its neighbours with it.
                LogUnreadable(_jobRequestId, command?.Key);
                continue;
            }

            if (command.Command is JobRequestCommand.Create && Reads.IsForeignCreate(command.Caller, command.Key))
            {
                LogForeignCreate(_jobRequestId, command.Key);
                continue;
            }

            items.Add(new WorkItem.Command(command));
            places.Add(place);
        }

        _writes.Submit(items);
        Abandoned? abandoned = null;
        for (var i = 0; i < items.Count; i++)
        {
            try
            {
                await items[i].Done;
            }
            catch (Exception exception)
            {
                if (abandoned is not null) continue;
                LogAbandoned(_jobRequestId, items.Count - i, exception);
                AbandonedCommands.Add(items.Count - i);
                abandoned = new Abandoned(places[i], items[i].Attempts, exception);
            }
        }

        return abandoned;
    }

    /// <summary>The outcome of a request as soon as it is known, at the latest after <paramref name="wait"/>.</summary>
    public async Task<JobRequestReply> GetOutcomeAsync(OutcomeQuery query, TimeSpan wait)
    {
        var started = _clock.GetTimestamp();
        var name = new LedgerKey(query.Caller.Person, query.Operation, query.Key);
        if (_writes.IsUntouched && query is { Operation: Operations.Create, Fingerprint: not null } && wait > CreateLead
            && await _waiters.WaitAsync(name, query.Fingerprint, CreateLead, _clock) is { } created) return Reply(created, query);

        var loaded = await _writes.LoadAsync();
        // A batch that waited for the same load may have been written by now.
        var job = _writes.Job ?? loaded;
        // Nobody asks about, or closes, a create of another's job.
        if (query.Operation == Operations.Create && Reads.IsForeignCreate(query.Caller, query.Key)) return new JobRequestReply.NotFound();
        if (FindAnswer(job, query, name) is { } known) return Reply(known, query);
        if (query.NotAfter is { } notAfter && _clock.GetUtcNow() - _options.ClockTolerance > notAfter)
        {
            var close = new WorkItem.Close(query);
            await _writes.SubmitAsync(close);
            return Reply(FindAnswer(_writes.Job ?? await _writes.LoadAsync(), query, name) ?? close.Answer ?? new Answer.Unknown(), query);
        }

        if (query.Fingerprint is null && query.Operation != Operations.Create)
        {
            if (await Reads.ReadFreshAsync(query.Caller) is null) return new JobRequestReply.NotFound();
            // The command may have been decided meanwhile.
            if (FindAnswer(_writes.Job ?? job, query, name) is { } decided) return Reply(decided, query);
        }

        var left = wait - _clock.GetElapsedTime(started);
        if (left <= TimeSpan.Zero) return new JobRequestReply.Pending();
        return await _waiters.WaitAsync(name, query.Fingerprint, left, _clock) is { } answer ? Reply(answer, query) : new JobRequestReply.Pending();
    }

    /// <summary>Publishes what a load finds unpublished; returns when the outbox is empty and the document says so.</summary>
    public async Task PublishOutboxAsync()
    {
        var job = await _writes.LoadAsync();
        // Who calls found unpublished events in storage; where none are known here, another activation has left them.
        if (job.Document.Published >= job.State.Version) await _writes.RefreshAsync();
        do
        {
            await _outbox.WhenEmpty;
            await MarkPublishedAsync();
        }
        // The outbox position may have met a document in which another activation has left more.
        while (!_outbox.IsStopping && _writes.Job is { } now && now.Document.Published < now.State.Version);
    }

    public async Task AdvanceAsync()
    {
        if (!IsDue(await _writes.LoadAsync()) && !IsDue(await _writes.RefreshAsync())) return;
        await _writes.SubmitAsync(new WorkItem.Advance());
    }

    /// <summary>Writes the outbox position, if it is behind.</summary>
    public async Task MarkPublishedAsync()
    {
        if (_writes.Job is not { } job || _outbox.Published <= job.Document.Published) return;
        await _writes.SubmitAsync(new WorkItem.MarkPublished());
    }

    /// <summary>Finishes what has begun: writes, publications, the outbox position.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _outbox.BeginStop();
        try
        {
            await _writes.Idle.WaitAsync(cancellationToken);
            await _outbox.WhenEmpty.WaitAsync(cancellationToken);
            await MarkPublishedAsync().WaitAsync(cancellationToken);
        }
        finally
        {
            _outbox.Abandon();
        }
    }

    private bool IsDue(CommittedJob job) => job.State.DueAt <= _clock.GetUtcNow();

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

    private void OnOutboxEmpty()
    {
        if (_writes.Job is { } job && _outbox.Published > job.Document.Published) OutboxPositionPending?.Invoke();
    }

    private Answer? FindAnswer(CommittedJob job, OutcomeQuery query, LedgerKey name)
    {
        var visible = query.Operation == Operations.Create || job.State.IsVisibleTo(query.Caller);
        if (visible)
        {
            if (job.Ledger.Find(name) is { } entry) return Answer.From(entry, query.Fingerprint);
            if (job.State.IsTerminal) return new Answer.Closed(job.State.Version);
        }

        return query is { Fingerprint: { } fingerprint, ReceivedAt: { } receivedAt } ? _recent.Take(new Attempt(name, fingerprint, receivedAt)) : null;
    }

    private JobRequestReply Reply(Answer answer, OutcomeQuery query)
    {
        var entry = (answer as Answer.Recorded)?.Entry;
        var replayed = query.ReceivedAt is null || entry?.ReceivedAt != query.ReceivedAt;
        var view = entry is { IsFail: false } ? _writes.Job?.ViewAt(_jobRequestId, entry.Version) : null;
        return answer.ToReply(replayed, view is null ? null : JobSnapshot.Of(view, query.Caller));
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A create with key {Key} reached job {JobRequestId}, which is not the job of its caller and key; it is not executed.")]
    private partial void LogForeignCreate(string jobRequestId, string key);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "A command with key {Key} on the stream of job {JobRequestId} is incomplete or meant for another job; it is not executed.")]
    private partial void LogUnreadable(string jobRequestId, string? key);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Count} commands on job {JobRequestId} were abandoned because its document could not be stored; their callers get TIMEOUT and may send them "
            + "again with the same key.")]
    private partial void LogAbandoned(string jobRequestId, int count, Exception exception);
}
