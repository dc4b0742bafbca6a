using JobRequests.Testing;
using Orleans.Streaming.Diagnostics;

namespace JobRequests.Streaming.InProcess.Tests;

/// <summary>Streams that tell their producer when an event was delivered, and what happens when it cannot be.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private const string NobodyListens = "nobody-listens";

    private StreamCluster _cluster = null!;

    private StreamScript Script => _cluster.Script;

    public async ValueTask InitializeAsync() =>
        _cluster = await StreamCluster.StartAsync(silo => silo.AddInProcessStreams(StreamConformance.Provider, options => options.Configure(stream =>
    {
        stream.QueueCount = 1;
        stream.Capacity = 20;
        stream.AcknowledgeWhen = AcknowledgeWhen.Delivered;
        stream.MaxDeliveryTime = TimeSpan.FromSeconds(1);
        stream.UndeliverableAfter = TimeSpan.FromSeconds(1);
        stream.StreamInactivityPeriod = TimeSpan.FromMilliseconds(300);
    })));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_producer_is_answered_only_after_the_handler_returns()
    {
        var (key, released) = Held();

        var sent = _cluster.SendAsync(key, 0);
        await Reached(key);
        Assert.False(sent.IsCompleted);
        released.SetResult();

        await sent.WaitAsync(StreamCluster.WaitLimit);
        Assert.Equal([0], Script.Received(key));
    }

    [Fact]
    public async Task Events_gathered_during_a_handler_arrive_in_one_call()
    {
        var (key, released) = Held();
        var first = _cluster.SendAsync(key, 0);
        await Reached(key);
        var rest = Enumerable.Range(1, 15).Select(number => _cluster.SendAsync(key, number)).ToArray();

        released.SetResult();

        await Task.WhenAll([first, .. rest]).WaitAsync(StreamCluster.WaitLimit);
        Assert.Equal(Enumerable.Range(0, 16), Script.Received(key));
        Assert.Equal(2, Script.Calls(key));
    }

    [Fact]
    public async Task A_failing_handler_fails_the_producer_not_the_next_event()
    {
        var key = StreamCluster.NewKey();
        Script.Handling = (stream, events) =>
            stream == key && events.Any(numbered => numbered.Number == 0) ? throw new InvalidOperationException("Never.") : Task.CompletedTask;

        var exception = await Assert.ThrowsAsync<StreamDeliveryFailedException>(() => _cluster.SendAsync(key, 0).WaitAsync(StreamCluster.WaitLimit));

        Assert.Contains(key, exception.Message);
        Assert.True(Script.Calls(key) > 1);
        await _cluster.SendAsync(key, 1).WaitAsync(StreamCluster.WaitLimit);
        Assert.Equal([1], Script.Received(key));
    }

    [Fact]
    public async Task A_full_queue_refuses_says_so_and_recovers()
    {
        var (key, released) = Held();
        var first = _cluster.SendAsync(key, 0);
        await Reached(key);
        var rest = Enumerable.Range(1, 19).Select(number => _cluster.SendAsync(key, number)).ToArray();

        var refusal = await Assert.ThrowsAsync<StreamQueueFullException>(() => _cluster.SendAsync(key, 20));

        Assert.Contains("20 events", refusal.Message);
        released.SetResult();
        await Task.WhenAll([first, .. rest]).WaitAsync(StreamCluster.WaitLimit);
        await _cluster.SendAsync(key, 21).WaitAsync(StreamCluster.WaitLimit);
        Assert.Equal([.. Enumerable.Range(0, 20), 21], Script.Received(key));
    }

    [Fact]
    public async Task An_event_without_a_consumer_is_abandoned()
    {
        var sent = Enumerable.Range(0, 20)
            .Select(_ => _cluster.Stream(StreamCluster.NewKey(), streamNamespace: NobodyListens).OnNextAsync(new Numbered("", 0)))
            .ToArray();

        foreach (var delivery in sent)
        {
            var exception = await Assert.ThrowsAsync<StreamDeliveryFailedException>(() => delivery.WaitAsync(StreamCluster.WaitLimit));
            Assert.Contains("No consumer", exception.Message);
        }

        await _cluster.SendAsync(StreamCluster.NewKey(), 0).WaitAsync(StreamCluster.WaitLimit);
    }

    [Fact]
    public async Task Events_behind_a_handler_that_is_slow_are_not_abandoned()
    {
        var (key, released) = Held();
        var first = _cluster.SendAsync(key, 0);
        await Reached(key);
        var second = _cluster.SendAsync(key, 1);
        var abandoned = _cluster.Stream(StreamCluster.NewKey(), streamNamespace: NobodyListens).OnNextAsync(new Numbered("", 0));

        // By the time that this one is abandoned, the second event has waited as long.
        await Assert.ThrowsAsync<StreamDeliveryFailedException>(() => abandoned.WaitAsync(StreamCluster.WaitLimit));
        Assert.False(second.IsCompleted);
        released.SetResult();

        await Task.WhenAll(first, second).WaitAsync(StreamCluster.WaitLimit);
        Assert.Equal([0, 1], Script.Received(key));
    }

    [Fact]
    public async Task A_very_slow_delivery_keeps_every_event_in_order()
    {
        var (key, released) = Held();
        var first = _cluster.SendAsync(key, 0);
        await Reached(key);
        // The agent drops what it knows of idle streams while it serves others.
        using var forgotten = new StreamingEventWatch<StreamingEvents.StreamInactive>(_cluster);
        while (!forgotten.Seen.IsCompleted) await _cluster.SendAsync(StreamCluster.NewKey(), 0).WaitAsync(StreamCluster.WaitLimit);
        var second = _cluster.SendAsync(key, 1);

        released.SetResult();

        await Task.WhenAll(first, second).WaitAsync(StreamCluster.WaitLimit);
        Assert.Equal([0, 1], Script.FirstOccurrences(key));
    }

    [Fact]
    public async Task The_request_context_reaches_only_its_own_events_handler()
    {
        var (key, released) = Held();
        var seen = new List<(int, object?)>();
        var first = _cluster.SendAsync(key, 0);
        await Reached(key);
        var handling = Script.Handling;
        Script.Handling = (stream, events) =>
        {
            lock (seen) seen.AddRange(events.Select(numbered => (numbered.Number, RequestContext.Get("who"))));
            return handling(stream, events);
        };
        var sent = new List<Task> { first };
        foreach (var (number, who) in new (int, string?)[] { (1, "ann"), (2, null), (3, null), (4, "bob") })
        {
            if (who is not null) RequestContext.Set("who", who);
            sent.Add(_cluster.SendAsync(key, number));
            RequestContext.Clear();
        }

        released.SetResult();

        await Task.WhenAll(sent).WaitAsync(StreamCluster.WaitLimit);
        Assert.Equal([(1, "ann"), (2, null), (3, null), (4, "bob")], seen);
        Assert.Equal(4, Script.Calls(key));
    }

    [Fact]
    public async Task Events_cannot_be_numbered_by_their_producer() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _cluster.Stream(StreamCluster.NewKey())
            .OnNextAsync(new Numbered("", 0), new Orleans.Providers.Streams.Common.EventSequenceTokenV2(1)));

    private (string Key, TaskCompletionSource Released) Held()
    {
        var (key, released) = (StreamCluster.NewKey(), new TaskCompletionSource());
        _reached = new TaskCompletionSource();
        Script.Handling = (stream, _) =>
        {
            if (stream != key) return Task.CompletedTask;
            _reached.TrySetResult();
            return released.Task;
        };
        return (key, released);
    }

    private TaskCompletionSource _reached = new();

    private Task Reached(string key) => _reached.Task.WaitAsync(StreamCluster.WaitLimit);
}
