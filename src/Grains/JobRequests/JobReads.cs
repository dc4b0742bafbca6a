using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>What is asked of a job without changing it. Each read looks into storage: this activation may be a stale one.</summary>
internal sealed class JobReads(
    string jobRequestId, IJobDocumentStore store, JobRequestOptions options, TimeProvider clock, JobWriteQueue writes, OutboxRelay outbox)
{
    /// <summary>What <paramref name="command"/> would lead to now. Reads the primary, stores nothing.</summary>
    public async Task<JobRequestReply> PreviewAsync(CommandEnvelope command)
    {
        var job = CommittedJob.From(await store.ReadAsync());
        var unused = new CommittedJob(job.Document, job.ETag, job.State, new OutcomeLedger([]));
        var decision = JobDecision.Decide(unused, [new WorkItem.Command(command)], job.Document.Published, clock.GetUtcNow(), options);
        return decision.Answers[0].Answer!.ToReply(replayed: false, snapshot: null);
    }

    /// <summary>The job as it is in storage now.</summary>
    public async Task<JobSnapshot?> ReadFreshAsync(Caller caller)
    {
        var job = CommittedJob.From(await store.ReadAsync());
        return JobSnapshot.Of(new JobView(jobRequestId, job.State), caller);
    }

    public async Task<JobHistory?> ReadHistoryAsync(Caller caller)
    {
        var job = CommittedJob.From(await store.ReadAsync());
        var view = new JobView(jobRequestId, job.State);
        var viewer = new Viewer(caller.Person, caller.IsAdmin);
        if (!view.IsVisibleTo(viewer)) return null;

        var everything = view.SeesEverything(viewer);
        return new JobHistory(jobRequestId, view.Version, [.. job.Document.Events.Select(stored =>
        {
            var @event = stored.ToWire(jobRequestId);
            return everything ? @event : @event.ForCandidate(caller.Person);
        })]);
    }

    /// <summary>Why the caller's request has its outcome, or null where the caller may not know of the job.</summary>
    public async Task<RequestExplanation?> ExplainAsync(Caller caller, string operation, string key)
    {
        if (operation == Operations.Create && IsForeignCreate(caller, key)) return null;
        return RequestExplainer.Explain(await ReadTimedAsync(), jobRequestId, caller, operation, key);
    }

    /// <summary>The ledger on a time axis, or null where the caller may not know of the job.</summary>
    public async Task<JobTimeline?> ReadTimelineAsync(Caller caller) => RequestExplainer.Timeline(await ReadTimedAsync(), jobRequestId, caller);

    /// <summary>What a create is called tells which job it makes.</summary>
    public bool IsForeignCreate(Caller caller, string key) => JobRequestId.Derive(caller.Person, key) != jobRequestId;

    // What storage holds now, with the times that only this activation knows so far.
    private async Task<JobDocument> ReadTimedAsync()
    {
        var stored = CommittedJob.From(await store.ReadAsync());
        return (writes.Job is { } job && job.ETag == stored.ETag ? job : stored).Timed(outbox.PublishedAt);
    }
}
