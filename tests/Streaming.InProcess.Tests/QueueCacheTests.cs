using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess.Tests;

/// <summary>The cache and the queue by themselves, driven as the framework's agent drives them.</summary>
public sealed class QueueCacheTests
{
    private static readonly StreamId Stream = StreamId.Create("jobs", "a");

    private readonly InProcessQueue _queue = new("jobs", capacity: 100);
    private readonly InProcessQueueCache _cache;
    private readonly InProcessQueueReceiver _receiver;
    private readonly IQueueCacheCursor _cursor;

    public QueueCacheTests()
    {
        _cache = new InProcessQueueCache(_queue, new InProcessStreamOptions(), NullLogger.Instance);
        _receiver = new InProcessQueueReceiver(_queue, _cache);
        _receiver.Initialize(TimeSpan.Zero);
        _cursor = _cache.GetCacheCursor(Stream, null!);
    }

    [Fact]
    public async Task Moving_on_acknowledges_what_was_delivered_and_nothing_else()
    {
        var first = Enqueue(1);
        await Fill();
        Assert.True(Moves(_cursor));
        var second = Enqueue(2);
        await Fill();

        Assert.True(Moves(_cursor));
        Assert.Equal((true, false), (first.IsCompletedSuccessfully, second.IsCompleted));

        Assert.False(Moves(_cursor));
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Gathered_events_are_one_batch_in_order()
    {
        for (var i = 1; i <= 5; i++) _ = Enqueue(i);
        await Fill();

        Assert.True(Moves(_cursor));

        Assert.Equal([1, 2, 3, 4, 5], Events(_cursor));
    }

    [Fact]
    public async Task Events_that_a_filter_judges_are_not_merged()
    {
        var filtered = new InProcessQueueCache(_queue, new InProcessStreamOptions(), NullLogger.Instance, isFiltered: true);
        for (var i = 1; i <= 2; i++) _ = Enqueue(i);
        filtered.AddToCache(await _receiver.GetQueueMessagesAsync(10));
        var cursor = filtered.GetCacheCursor(Stream, null!);

        Assert.True(Moves(cursor));
        Assert.Equal([1], Events(cursor));
        Assert.True(Moves(cursor));
        Assert.Equal([2], Events(cursor));
    }

    [Fact]
    public async Task A_cursor_disposed_during_delivery_leaves_its_events()
    {
        var (first, second) = (Enqueue(1), Enqueue(2));
        await Fill();
        Assert.True(Moves(_cursor));
        var third = Enqueue(3);
        await Fill();

        _cursor.Dispose();

        Assert.False(first.IsCompleted || second.IsCompleted || third.IsCompleted);
        // The agent looks at a stream only when something is read for it.
        var reminder = await _receiver.GetQueueMessagesAsync(10);
        Assert.Equal(Stream, Assert.Single(reminder).StreamId);
        _cache.AddToCache(reminder);
        var next = _cache.GetCacheCursor(Stream, null!);
        Assert.True(Moves(next));
        Assert.Equal([1, 2, 3], Events(next));
    }

    [Fact]
    public async Task A_failed_delivery_fails_the_producer()
    {
        var first = Enqueue(1);
        await Fill();
        Assert.True(Moves(_cursor));
        _cursor.RecordDeliveryFailure();
        var second = Enqueue(2);
        await Fill();
        Assert.True(Moves(_cursor));
        await Assert.ThrowsAsync<StreamDeliveryFailedException>(() => first);

        _cursor.RecordDeliveryFailure();
        _cursor.Dispose();

        await Assert.ThrowsAsync<StreamDeliveryFailedException>(() => second);
    }

    [Fact]
    public async Task A_cursor_that_only_holds_a_place_takes_nothing()
    {
        var sent = Enqueue(1);
        await Fill();

        _cache.GetCacheCursor(Stream, null!).Dispose();

        Assert.False(sent.IsCompleted);
        Assert.True(Moves(_cursor));
    }

    [Fact]
    public async Task Places_become_free_only_after_delivery()
    {
        for (var i = 0; i < 100; i++) _ = Enqueue(i);
        Assert.Throws<StreamQueueFullException>(() => { _ = Enqueue(100); });
        await Fill();
        Assert.True(Moves(_cursor));
        Assert.Throws<StreamQueueFullException>(() => { _ = Enqueue(100); });

        Assert.False(Moves(_cursor));

        Assert.False(Enqueue(100).IsCompleted);
    }

    [Fact]
    public async Task A_stopping_agents_events_come_back_in_order()
    {
        _ = Enqueue(1, isWaitedFor: false);
        await Fill();
        Assert.True(Moves(_cursor));
        _ = Enqueue(2, isWaitedFor: false);
        await Fill();
        _ = Enqueue(3, isWaitedFor: false);
        // The agent reads and is stopped before it has looked at what it got.
        _ = await _receiver.GetQueueMessagesAsync(10);
        _ = Enqueue(4, isWaitedFor: false);

        await _receiver.Shutdown(TimeSpan.Zero);
        _cursor.Dispose();

        var next = new InProcessQueueReceiver(_queue, new InProcessQueueCache(_queue, new InProcessStreamOptions(), NullLogger.Instance));
        var read = await next.GetQueueMessagesAsync(10);
        Assert.Equal([1, 2, 3, 4], read.Select(message => (int)((ReceivedEvents)message).Events.Events[0]));
    }

    [Fact]
    public async Task Waiting_producers_fail_while_there_is_no_reader()
    {
        var early = Enqueue(1);
        await _receiver.Shutdown(TimeSpan.Zero);
        await Assert.ThrowsAsync<StreamDeliveryFailedException>(() => early);
        await Assert.ThrowsAsync<StreamDeliveryFailedException>(() => Enqueue(2));

        var next = new InProcessQueueReceiver(_queue, new InProcessQueueCache(_queue, new InProcessStreamOptions(), NullLogger.Instance));
        await next.Initialize(TimeSpan.Zero);

        Assert.False(Enqueue(3).IsCompleted);
        Assert.Single(await next.GetQueueMessagesAsync(10));
    }

    [Fact]
    public async Task A_stopped_receiver_takes_nothing_more()
    {
        await _receiver.Shutdown(TimeSpan.Zero);
        _ = Enqueue(1, isWaitedFor: false);

        Assert.Empty(await _receiver.GetQueueMessagesAsync(10));
    }

    [Fact]
    public async Task A_reader_that_waits_is_woken_by_what_is_returned()
    {
        var events = new QueuedEvents(Stream, [1], null, acknowledgeDelivery: false);
        var reading = _receiver.GetQueueMessagesAsync(10);

        _queue.Return([events]);

        Assert.Same(events, ((ReceivedEvents)Assert.Single(await reading)).Events);
    }

    private Task Enqueue(int number, bool isWaitedFor = true) => _queue.Enqueue(new QueuedEvents(Stream, [number], null, isWaitedFor));

    private async Task Fill() => _cache.AddToCache(await _receiver.GetQueueMessagesAsync(1000));

    private static bool Moves(IQueueCacheCursor cursor) => cursor.MoveNextWithResult().Kind == QueueCacheCursorMoveResultKind.Success;

    private static IEnumerable<int> Events(IQueueCacheCursor cursor) => cursor.GetCurrent(out _)!.GetEvents<int>().Select(item => item.Item1);
}
