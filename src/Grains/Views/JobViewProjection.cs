using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>
/// Folds the events of a shard's jobs into their read views: event n only after n−1. A repeat changes nothing; a gap is closed from the
/// job's document. Knows no Orleans; its host runs it on one scheduler.
/// </summary>
/// <param name="readJob">Reads a job from its document.</param>
/// <param name="readHistory">Reads a job's events from its document.</param>
/// <param name="closing">Ends every wait for a version.</param>
internal sealed partial class JobViewProjection(
    IJobViewStore store,
    Func<string, Caller, Task<JobSnapshot?>> readJob,
    Func<string, Caller, Task<JobHistory?>> readHistory,
    TimeProvider clock,
    ILogger logger,
    CancellationToken closing = default)
{
    private const int RecentCapacity = 1024;

    private static readonly Caller Everybody = new("", IsAdmin: true);

    private readonly RecentViews _recent = new(RecentCapacity);
    private readonly ViewWatches _watches = new();
    private readonly ViewTimes _times = new(RecentCapacity);

    /// <summary>Fails when the views cannot be stored: the events must be delivered again.</summary>
    public async Task ApplyAsync(IEnumerable<JobEvent> delivered)
    {
        var eventsByJob = delivered.GroupBy(jobEvent => jobEvent.JobRequestId).ToList();
        var views = await FindBeforeAsync(eventsByJob);
        var changed = new List<JobView>(eventsByJob.Count);
        foreach (var events in eventsByJob)
        {
            var before = views[events.Key];
            if (await FoldAsync(before, events) is { } after && after.Version > before.Version) changed.Add(after);
        }

        if (changed.Count == 0) return;
        // A later view in the store: these were repeats of the job's first events, met by a new activation.
        if (await store.WriteAsync(changed) is { Count: > 0 } outrun) await LoadAsync(outrun);
        var storedAt = clock.GetUtcNow();
        foreach (var view in changed)
        {
            _recent.Keep(view);
            _times.Add(view.JobRequestId, views[view.JobRequestId].Version, view.Version, storedAt);
            _watches.Notify(view.JobRequestId);
        }
    }

    public async Task<JobSnapshot?> ReadAsync(string jobRequestId, Caller caller, int minVersion, TimeSpan wait)
    {
        var started = clock.GetTimestamp();
        var view = _recent.Find(jobRequestId) ?? await LoadAsync(jobRequestId);
        while (view.Version < minVersion && wait - clock.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            if (await _watches.WaitAsync(jobRequestId, left, clock, closing))
            {
                view = _recent.Find(jobRequestId) ?? await LoadAsync(jobRequestId);
                continue;
            }

            // Events may have reached another activation of this shard: the store knows.
            view = await LoadAsync(jobRequestId);
            break;
        }

        return JobSnapshot.Of(view, caller);
    }

    public DateTimeOffset? StoredAt(string jobRequestId, int version) => _times.Find(jobRequestId, version);

    // The first event of a job needs no look into the store: a view of a later version there wins anyway.
    private async Task<Dictionary<string, JobView>> FindBeforeAsync(List<IGrouping<string, JobEvent>> eventsByJob)
    {
        var views = new Dictionary<string, JobView>(eventsByJob.Count, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var events in eventsByJob)
        {
            if (_recent.Find(events.Key) is { } recent) views.Add(events.Key, recent);
            else if (events.First().Version == 1) views.Add(events.Key, JobView.Empty(events.Key));
            else missing.Add(events.Key);
        }

        if (missing.Count == 0) return views;
        var stored = await LoadAsync(missing);
        foreach (var id in missing) views.Add(id, stored.GetValueOrDefault(id) ?? JobView.Empty(id));
        return views;
    }

    private async Task<JobView?> FoldAsync(JobView view, IEnumerable<JobEvent> events)
    {
        foreach (var jobEvent in events)
        {
            if (view.Apply(jobEvent.Version, jobEvent.ToDomain()) is { } next)
            {
                view = next;
            }
            else if (await RebuildAsync(view.JobRequestId) is { } rebuilt)
            {
                view = rebuilt;
            }
            else
            {
                // Nothing of ours published it: to fail here would hold up every other job of the shard.
                LogOrphan(jobEvent.JobRequestId, jobEvent.Version);
                return null;
            }
        }

        return view;
    }

    private async Task<JobView> LoadAsync(string jobRequestId) =>
        (await LoadAsync([jobRequestId])).GetValueOrDefault(jobRequestId) ?? JobView.Empty(jobRequestId);

    // Another call may have loaded or advanced one of them meanwhile.
    private async Task<Dictionary<string, JobView>> LoadAsync(IReadOnlyCollection<string> jobRequestIds) =>
        (await store.ReadAsync(jobRequestIds)).ToDictionary(view => view.Key, view => _recent.Keep(view.Value), StringComparer.Ordinal);

    private async Task<JobView?> RebuildAsync(string jobRequestId)
    {
        if (await readJob(jobRequestId, Everybody) is not { } snapshot) return null;
        // A snapshot does not say when its last event was, nor what was answered when; a rebuilt view is to be the same as one that saw every event.
        var events = (await readHistory(jobRequestId, Everybody))?.Events.Where(recorded => recorded.Version <= snapshot.Version)
            .Select(recorded => recorded.ToDomain())
            .ToList() ?? [];
        return JobView.Of(jobRequestId, snapshot.ToDomain() with { LastEventAt = events.LastOrDefault()?.At ?? default }, events);
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Event {Version} of job {JobRequestId} is in finalevents, but the job has no document: its view is left as it is.")]
    private partial void LogOrphan(string jobRequestId, int version);
}
