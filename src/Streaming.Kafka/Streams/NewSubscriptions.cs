using Orleans.Streaming.Diagnostics;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>
/// Keeps what comes for a new explicit subscription until it has a cursor. The agent asks the consumer first where to begin, which takes as
/// long as the consumer is busy, and tells only the framework's streaming events that it has begun to ask.
/// </summary>
internal sealed class NewSubscriptions : IObserver<StreamingEvents.StreamingEvent>, IDisposable
{
    private readonly KafkaStreamAdapterFactory _provider;
    private readonly SiloAddress _silo;
    private readonly IDisposable _events;

    public NewSubscriptions(KafkaStreamAdapterFactory provider, SiloAddress silo)
    {
        (_provider, _silo) = (provider, silo);
        _events = StreamingEvents.AllEvents.Subscribe(this);
    }

    // Called by the agent, on its scheduler.
    public void OnNext(StreamingEvents.StreamingEvent value)
    {
        if (value.StreamProvider != _provider.Name || !_silo.Equals(value.SiloAddress)) return;
        switch (value)
        {
            case StreamingEvents.SubscriptionAdded added:
                _provider.FindCacheOfCaller()?.Pin(added.StreamId, added.SubscriptionId);
                break;
            case StreamingEvents.SubscriptionAttached attached:
                _provider.FindCacheOfCaller()?.Unpin(attached.SubscriptionId);
                break;
            case StreamingEvents.SubscriptionRemoved removed:
                _provider.FindCacheOfCaller()?.Unpin(removed.SubscriptionId);
                break;
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _events.Dispose();
}
