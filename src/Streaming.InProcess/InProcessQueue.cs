using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess;

/// <summary>What a producer published: the events of one call, and the promise to tell it when they were delivered.</summary>
internal sealed class QueuedEvents(StreamId streamId, object[] events, Dictionary<string, object>? requestContext, bool acknowledgeDelivery)
{
    private readonly TaskCompletionSource? _delivered = acknowledgeDelivery
        ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        : null;

    public StreamId StreamId { get; } = streamId;
    public object[] Events { get; } = events;
    public Dictionary<string, object>? RequestContext { get; } = requestContext;
    public bool IsReminder => Events.Length == 0;
    public long EnqueuedAt { get; } = Environment.TickCount64;
    public Task Acknowledged => _delivered?.Task ?? Task.CompletedTask;

    /// <summary>The producer waits for the delivery and sends the events again when it fails.</summary>
    public bool IsWaitedFor => _delivered is not null;

    public void Deliver() => _delivered?.TrySetResult();

    public void Fail(string reason) => _delivered?.TrySetException(new StreamDeliveryFailedException(reason));
}

/// <summary>
/// One queue: producers write, the pulling agent that owns it reads. Bounded by events, not by memory. It outlives its reader:
/// what a reader took and did not deliver goes to the next one, or back to the producer that waits for it.
/// </summary>
internal sealed class InProcessQueue(string provider, int capacity)
{
    internal static readonly Meter Meter = new("JobRequests.Streaming.InProcess");
    private static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>(
        "messaging.client.queued_messages", "{message}", "Events that wait for delivery.");

    // Null wakes a reader that waits: something was returned.
    private readonly Channel<QueuedEvents?> _channel = Channel.CreateUnbounded<QueuedEvents?>();
    private readonly LinkedList<QueuedEvents> _returned = [];
    private readonly KeyValuePair<string, object?> _tag = new("messaging.destination.name", provider);
    private int _count;
    private long _finished;
    private int _readers;
    private volatile bool _isDeserted;

    /// <summary>Events that have left the queue so far, and those that have not.</summary>
    public (long Finished, int Waiting) Progress => (Interlocked.Read(ref _finished), Volatile.Read(ref _count));

    public Task Enqueue(QueuedEvents events)
    {
        if (Interlocked.Add(ref _count, events.Events.Length) > capacity)
        {
            Interlocked.Add(ref _count, -events.Events.Length);
            throw new StreamQueueFullException(provider, capacity);
        }

        Waiting.Add(events.Events.Length, _tag);
        _channel.Writer.TryWrite(events);
        if (_isDeserted) FailWaitedFor();
        return events.Acknowledged;
    }

    public bool TryRead([NotNullWhen(true)] out QueuedEvents? events)
    {
        lock (_returned)
        {
            if (_returned.First is { } first)
            {
                events = first.Value;
                _returned.RemoveFirst();
                return true;
            }
        }

        while (_channel.Reader.TryRead(out events))
            if (events is not null)
                return true;

        return false;
    }

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes back, in their order, what a reader has not delivered: it comes before everything else.</summary>
    public void Return(IReadOnlyList<QueuedEvents> undelivered)
    {
        if (undelivered.Count == 0) return;
        lock (_returned)
        {
            for (var i = undelivered.Count - 1; i >= 0; i--)
                if (undelivered[i].IsWaitedFor) FailToProducer(undelivered[i]);
                else _returned.AddFirst(undelivered[i]);
        }

        _channel.Writer.TryWrite(null);
    }

    /// <summary>Makes the agent look at a stream whose undelivered events it has read already.</summary>
    public void Remind(StreamId streamId) => _channel.Writer.TryWrite(new QueuedEvents(streamId, [], null, acknowledgeDelivery: false));

    /// <summary>The events have left: delivered or abandoned.</summary>
    public void Release(QueuedEvents events)
    {
        Interlocked.Add(ref _finished, events.Events.Length);
        Interlocked.Add(ref _count, -events.Events.Length);
        Waiting.Add(-events.Events.Length, _tag);
    }

    public void Attach()
    {
        Interlocked.Increment(ref _readers);
        _isDeserted = false;
    }

    /// <summary>A reader has gone. When it was the last one, producers that wait for a delivery are told that there is none.</summary>
    public void Detach()
    {
        if (Interlocked.Decrement(ref _readers) > 0) return;
        _isDeserted = true;
        FailWaitedFor();
    }

    private void FailWaitedFor()
    {
        lock (_returned)
        {
            while (_channel.Reader.TryRead(out var events))
                if (events is { IsWaitedFor: true }) FailToProducer(events);
                else if (events is not null) _returned.AddLast(events);
        }
    }

    private void FailToProducer(QueuedEvents events)
    {
        Release(events);
        events.Fail($"The silo that read the queue of provider '{provider}' has stopped; stream {events.StreamId} was not served, or not to the end.");
    }
}

/// <summary>The queues of a process. Silos and clients that share one hub share their streams.</summary>
public sealed class InProcessStreamHub
{
    private readonly ConcurrentDictionary<(string Provider, QueueId Queue), InProcessQueue> _queues = new();

    internal InProcessQueue GetQueue(string provider, QueueId queueId, int capacity) =>
        _queues.GetOrAdd((provider, queueId), static (key, size) => new InProcessQueue(key.Provider, size), capacity);
}
