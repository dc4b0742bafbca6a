using Orleans.Streaming.Diagnostics;

namespace JobRequests.Testing;

/// <summary>Notices the first event of a kind that streaming on the first silo of a cluster raises.</summary>
public sealed class StreamingEventWatch<TEvent> : IObserver<StreamingEvents.StreamingEvent>, IDisposable
    where TEvent : StreamingEvents.StreamingEvent
{
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SiloAddress _silo;
    private readonly IDisposable _subscription;

    public StreamingEventWatch(StreamCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _silo = cluster.Cluster.Silos[0].SiloAddress;
        _subscription = StreamingEvents.AllEvents.Subscribe(this);
    }

    public Task Seen => _seen.Task;

    public void OnNext(StreamingEvents.StreamingEvent value)
    {
        if (value is TEvent && value.SiloAddress!.Equals(_silo)) _seen.TrySetResult();
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error) => _seen.TrySetException(error);

    public void Dispose() => _subscription.Dispose();
}
