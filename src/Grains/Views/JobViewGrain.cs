using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace JobRequests.Grains;

/// <summary>
/// Orleans' side of a shard's views: brings events and reads to the <see cref="JobViewProjection"/>. A handler that cannot store the views
/// fails, and the events are delivered again.
/// </summary>
[GrainType("jobview")]
[ImplicitStreamSubscription(StreamNames.FinalEvents)]
[MayInterleave(nameof(MayInterleave))]
internal sealed class JobViewGrain : Grain, IJobViewGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<JobEvent>
{
    private readonly JobViewProjection _projection;

    public JobViewGrain(IJobViewStore store, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<JobViewGrain> logger) =>
        _projection = new JobViewProjection(
        store,
        (id, caller) => GrainFactory.GetGrain<IJobRequestGrain>(id).Read(caller),
        (id, caller) => GrainFactory.GetGrain<IJobRequestGrain>(id).ReadHistory(caller),
        clock,
        logger,
        lifetime.ApplicationStopping);

    public static bool MayInterleave(IInvokable request) => request.GetMethodName() == "GetSequenceToken";

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => await handleFactory.Create<JobEvent>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<JobEvent>> items) => _projection.ApplyAsync(items.Select(item => item.Item));

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task<JobSnapshot?> Read(string jobRequestId, Caller caller, int minVersion, TimeSpan wait) =>
        _projection.ReadAsync(jobRequestId, caller, minVersion, wait);

    public Task<DateTimeOffset?> StoredAt(string jobRequestId, int version) => Task.FromResult(_projection.StoredAt(jobRequestId, version));
}
