using Orleans.Streaming.Diagnostics;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>
/// Learns how the deliveries end that are under way when the agent stops. The agent does not tell its cache any more, but it says so to
/// what listens to the framework's streaming events. What was handled is committed, and not delivered again by the next owner.
/// </summary>
internal sealed class DeliveryDrain : IObserver<StreamingEvents.StreamingEvent>, IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<KafkaBatchContainer> _underWay;
    private readonly IDisposable _subscription;

    public DeliveryDrain(IEnumerable<KafkaBatchContainer> underWay)
    {
        _underWay = [.. underWay];
        _subscription = StreamingEvents.AllEvents.Subscribe(this);
        EndIfNothingIsUnderWay();
    }

    /// <summary>Waits until all have ended, or for that long.</summary>
    public async Task WaitAsync(TimeSpan timeout) => await _ended.Task.WaitAsync(timeout)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    public void OnNext(StreamingEvents.StreamingEvent value)
    {
        if (value is not StreamingEvents.MessageDelivered { Batch: KafkaBatchContainer batch }) return;
        lock (_underWay)
        {
            if (!_underWay.Remove(batch)) return;
            batch.IsDelivered = true;
        }

        EndIfNothingIsUnderWay();
    }

    public void OnFailed(KafkaBatchContainer batch)
    {
        lock (_underWay) _underWay.Remove(batch);
        EndIfNothingIsUnderWay();
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscription.Dispose();

    private void EndIfNothingIsUnderWay()
    {
        lock (_underWay)
            if (_underWay.Count == 0)
                _ended.TrySetResult();
    }
}
