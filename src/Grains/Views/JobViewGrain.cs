using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Hosting;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace JobRequests.Grains;

/// <summary>
/// Folds one job's events into its read view: event n only after n−1. A repeat changes nothing; a gap is closed from the job's
/// document. A handler that cannot store the view fails, and the event is delivered again.
/// </summary>
[GrainType("jobview")]
[ImplicitStreamSubscription(StreamNames.FinalEvents)]
[MayInterleave(nameof(MayInterleave))]
internal sealed class JobViewGrain(IJobViewStore store, TimeProvider clock, IHostApplicationLifetime lifetime) : Grain, IJobViewGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<JobEvent>
{
    private JobView? _view;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static bool MayInterleave(IInvokable request) => request.GetMethodName() == "GetSequenceToken";

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => await handleFactory.Create<JobEvent>().ResumeAsync(this);

    public async Task OnNextAsync(IList<SequentialItem<JobEvent>> items)
    {
        // The first event of a job needs no look into the store: a view of a later version there wins anyway.
        var view = _view ?? (items[0].Item.Version == 1 ? JobView.Empty(this.GetPrimaryKeyString()) : await LoadAsync());
        var before = view;
        foreach (var item in items)
            view = view.Apply(item.Item.Version, item.Item.ToDomain()) ?? await RebuildAsync();

        // A later view in the store: this was a repeat of the job's first events, met by a new activation.
        if (view.Version > before.Version && !await store.WriteAsync(view)) view = await LoadAsync();
        if (_view is null || view.Version > _view.Version) _view = view;
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public async Task<JobSnapshot?> Read(Caller caller, int minVersion, TimeSpan wait)
    {
        var started = clock.GetTimestamp();
        if (_view is null) await LoadAsync();
        while (_view!.Version < minVersion && wait - clock.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            try
            {
                await _changed.Task.WaitAsync(left, clock, lifetime.ApplicationStopping);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                // Events may have reached another activation of this view: the store knows.
                await LoadAsync();
                break;
            }
        }

        return _view.ToSnapshot(caller);
    }

    private async Task<JobView> LoadAsync()
    {
        var id = this.GetPrimaryKeyString();
        var stored = await store.ReadAsync(id) ?? JobView.Empty(id);
        // Another call may have loaded or advanced it meanwhile.
        return _view = _view is { } current && current.Version >= stored.Version ? current : stored;
    }

    private async Task<JobView> RebuildAsync()
    {
        var id = this.GetPrimaryKeyString();
        var (job, everybody) = (GrainFactory.GetGrain<IJobRequestGrain>(id), new Caller("", IsAdmin: true));
        var snapshot = await job.Read(everybody) ?? throw new InvalidOperationException($"An event of job {id} arrived, but the job has no document.");
        // A snapshot does not say when its last event was; a rebuilt view is to be the same as one that saw every event.
        var last = (await job.ReadHistory(everybody))?.Events.FirstOrDefault(recorded => recorded.Version == snapshot.Version);
        return new JobView(id, snapshot.ToDomain() with { LastEventAt = last?.At ?? default });
    }
}
