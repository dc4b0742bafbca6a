using JobRequests.Domain;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace JobRequests.Grains;

/// <summary>
/// The one writer of a job's document: takes what has gathered, decides it on a copy, writes once and tells the answers after the write.
/// </summary>
/// <param name="tell">Tells an item's answer to those who wait for it.</param>
internal sealed partial class JobWriteQueue(
    string jobRequestId, IJobDocumentStore store, OutboxRelay outbox, Action<WorkItem, Answer?> tell, JobRequestOptions options, TimeProvider clock,
    ILogger logger, Random random, IStorageMonitor? storage, CancellationToken closing)
{
    private List<WorkItem> _gathered = [];
    private Task<CommittedJob>? _loading;
    private bool _mustReload;

    /// <summary>What is known to be in storage; null before the first load.</summary>
    public CommittedJob? Job { get; private set; }

    /// <summary>Whether nobody has needed the document yet.</summary>
    public bool IsUntouched => Job is null && _loading is null;

    /// <summary>Completes when nothing is left to write.</summary>
    public Task Idle { get; private set; } = Task.CompletedTask;

    public void Submit(List<WorkItem> items)
    {
        _gathered.AddRange(items);
        if (Idle.IsCompleted) Idle = WriteQueueAsync();
    }

    /// <summary>Returns when the item was dealt with.</summary>
    public Task SubmitAsync(WorkItem item)
    {
        Submit([item]);
        return item.Done;
    }

    public async Task<CommittedJob> RefreshAsync()
    {
        await SubmitAsync(new WorkItem.Refresh());
        return await LoadAsync();
    }

    public Task<CommittedJob> LoadAsync()
    {
        if (Job is { } job && !_mustReload) return Task.FromResult(job);
        if (_loading is { IsCompleted: false }) return _loading;
        return _loading = ReadAsync();

        async Task<CommittedJob> ReadAsync()
        {
            var stored = await store.ReadAsync();
            var read = CommittedJob.From(stored);
            // Written meanwhile: newer than what was read.
            if (Job is { } written && !_mustReload) return written;
            Job = read;
            _mustReload = false;
            outbox.Resume(stored.Document.Published, stored.Document.Events, stored.Document.State.Version);
            return read;
        }
    }

    private async Task WriteQueueAsync()
    {
        while (_gathered.Count > 0)
        {
            var batch = _gathered;
            _gathered = [];
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
                    failure = exception;
                }
            }

            item.Fail(failure);
        }
    }

    // After any fault the document is read again: what the ledger holds by then is the answer, the rest is decided again.
    private async Task CommitWithRetriesAsync(List<WorkItem> batch)
    {
        var started = clock.GetTimestamp();
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
                    LogConflict(jobRequestId, attempt);
                    if (attempt < 3) continue;
                }
                else
                {
                    LogStorageFault(jobRequestId, attempt, exception);
                }

                if (clock.GetElapsedTime(started) > options.RetryBudget)
                {
                    // Where no job can be stored it is not this one's fault: its commands wait for the storage, however long that takes. It is
                    // the job's fault when the storage took another write before and after this attempt.
                    if (storage is null) throw;
                    var wasAnswering = isAnswering;
                    isAnswering = await storage.IsAnsweringAsync();
                    if (isAnswering && wasAnswering) throw;
                    if (!isAnswering)
                    {
                        await storage.WaitUntilAnsweringAsync(closing);
                        started = clock.GetTimestamp();
                    }
                }

                await Task.Delay(BackOff(attempt), clock);
            }
        }
    }

    private async Task CommitAsync(List<WorkItem> batch, BatchTrace? trace)
    {
        var isGuess = IsProbablyNew(batch);
        // A read that somebody else began may be older than these commands.
        var loaded = !isGuess && (Job is null || _mustReload) && _loading is null or { IsCompleted: true };
        var job = isGuess ? CommittedJob.None : await LoadAsync();
        var decision = JobDecision.Decide(job, batch, outbox.Published, clock.GetUtcNow(), options, outbox.PublishedAt);
        if (decision.Document is null && decision.NeedsProof && !loaded)
        {
            // This activation may be a stale one: it speaks only after looking.
            _mustReload = true;
            job = await LoadAsync();
            decision = JobDecision.Decide(job, batch, outbox.Published, clock.GetUtcNow(), options, outbox.PublishedAt);
        }

        if (decision.Document is { } document)
        {
            trace?.Writing();
            var etag = await store.WriteAsync(document, job.ETag);
            storage?.HasAnswered();
            Job = job.Advance(decision, etag, clock.GetUtcNow());
            outbox.Append(document.Events, document.State.Version, trace);
        }

        foreach (var (item, answer) in decision.Answers)
        {
            if (answer is not null) trace?.Decided(item, answer);
            tell(item, answer);
        }
    }

    // A job that nobody has asked for before its create arrives does not exist, or else the insert finds out.
    private bool IsProbablyNew(List<WorkItem> batch) =>
        IsUntouched && !_mustReload && batch[0] is WorkItem.Command { Envelope.Command: JobRequestCommand.Create };

    private TimeSpan BackOff(int attempt) => TimeSpan.FromMilliseconds(Math.Min(1000, 20 << Math.Min(attempt, 6)) * (0.5 + random.NextDouble()));

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The document of job {JobRequestId} was changed by someone else; the batch is decided again (attempt {Attempt}).")]
    private partial void LogConflict(string jobRequestId, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage of job {JobRequestId} failed (attempt {Attempt}); the document is read again.")]
    private partial void LogStorageFault(string jobRequestId, int attempt, Exception exception);
}

/// <summary>Commands of a batch that could not be stored.</summary>
/// <param name="From">The place in the batch of the first; all after it were abandoned too.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">The last fault.</param>
internal sealed record Abandoned(int From, int Attempts, Exception Error);
