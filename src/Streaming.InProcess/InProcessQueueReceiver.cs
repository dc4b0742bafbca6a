using Orleans.Streams;

namespace JobRequests.Streaming.InProcess;

/// <summary>Reads a queue by a long poll: an event is on its way the moment it is enqueued, and an idle queue costs nothing.</summary>
internal sealed class InProcessQueueReceiver(InProcessQueue queue, InProcessQueueCache cache) : IQueueAdapterReceiver
{
    // Bounds how long the agent's other duties (dropping idle streams) wait on an idle queue.
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _shutdown = new();
    private List<IBatchContainer> _delivered = [];
    private long _sequence;

    public Task Initialize(TimeSpan timeout)
    {
        queue.Attach();
        return Task.CompletedTask;
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        var messages = new List<IBatchContainer>();
        if (!TryRead(messages, maxCount) && await WaitToRead(cancellationToken)) TryRead(messages, maxCount);
        _delivered = messages;
        return messages;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    // The agent may have thrown away what it read last, and drops its cache with everything in it.
    public Task Shutdown(TimeSpan timeout)
    {
        _shutdown.Cancel();
        queue.Return([.. cache.Close(), .. _delivered.Cast<ReceivedEvents>().Where(message => !message.IsCached).Select(message => message.Events)]);
        queue.Detach();
        return Task.CompletedTask;
    }

    private bool TryRead(List<IBatchContainer> messages, int maxCount)
    {
        while (!_shutdown.IsCancellationRequested && (maxCount < 0 || messages.Count < maxCount) && queue.TryRead(out var events))
            messages.Add(new ReceivedEvents(events, ++_sequence));
        return messages.Count > 0;
    }

    private async Task<bool> WaitToRead(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _shutdown.Token);
        stop.CancelAfter(LongPoll);
        try
        {
            return await queue.WaitToReadAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
