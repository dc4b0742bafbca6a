using System.Diagnostics.Metrics;
using System.Threading.Channels;

namespace JobRequests.Streaming.InProcess;

/// <summary>What a producer handed over: the events of one call, and the promise to tell it when they were delivered.</summary>
internal sealed class QueuedEvents(StreamId streamId, object[] events, Dictionary<string, object>? requestContext, bool acknowledgeDelivery)
{
    private readonly TaskCompletionSource? _delivered = acknowledgeDelivery ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;

    public StreamId StreamId { get; } = streamId;
    public object[] Events { get; } = events;
    public Dictionary<string, object>? RequestContext { get; } = requestContext;
    public bool IsReminder => Events.Length == 0;
    public long EnqueuedAt { get; } = Environment.TickCount64;
    public Task Acknowledged => _delivered?.Task ?? Task.CompletedTask;

    public void Deliver() => _delivered?.TrySetResult();

    public void Fail(string reason) => _delivered?.TrySetException(new StreamDeliveryFailedException(reason));
}

/// <summary>One queue: producers write, the pulling agent that owns it reads. Bounded by events, not by memory.</summary>
internal sealed class InProcessQueue(string provider, int capacity)
{
    internal static readonly Meter Meter = new("JobRequests.Streaming.InProcess");
    private static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>(
        "messaging.client.queued_messages", "{message}", "Events that wait for delivery.");

    private readonly Channel<QueuedEvents> _channel = Channel.CreateUnbounded<QueuedEvents>();
    private readonly KeyValuePair<string, object?> _tag = new("messaging.destination.name", provider);
    private int _count;

    public ChannelReader<QueuedEvents> Reader => _channel.Reader;

    public Task Enqueue(QueuedEvents events)
    {
        if (Interlocked.Add(ref _count, events.Events.Length) > capacity)
        {
            Interlocked.Add(ref _count, -events.Events.Length);
            throw new StreamQueueFullException(provider, capacity);
        }

        Waiting.Add(events.Events.Length, _tag);
        _channel.Writer.TryWrite(events);
        return events.Acknowledged;
    }

    /// <summary>Makes the agent look at a stream whose undelivered events it has read already.</summary>
    public void Remind(StreamId streamId) => _channel.Writer.TryWrite(new QueuedEvents(streamId, [], null, acknowledgeDelivery: false));

    /// <summary>The events have left: delivered or given up.</summary>
    public void Release(QueuedEvents events)
    {
        Interlocked.Add(ref _count, -events.Events.Length);
        Waiting.Add(-events.Events.Length, _tag);
    }
}
