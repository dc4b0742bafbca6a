using JobRequests.Streaming.Kafka.Consuming;
using JobRequests.Streaming.Kafka.Streams;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>The cache by itself, driven as the framework's agent drives it.</summary>
public sealed class KafkaQueueCacheTests
{
    private static readonly StreamId Stream = StreamId.Create("jobs", "a");
    private static readonly StreamId Other = StreamId.Create("jobs", "b");

    private readonly KafkaPartition _partition = new(0) { Tracker = new OffsetTracker(0) };
    private readonly DeadLetterList _dead_lettered = new();
    private readonly KafkaQueueCache _cache;
    private long _next;

    public KafkaQueueCacheTests() => _cache = new KafkaQueueCache(
        _partition, _dead_lettered, new KafkaStreamOptions { MaxBatchRecords = 4, MaxCachedRecords = 10, MaxCachedBytes = 1000 }, NullLogger.Instance);

    [Fact]
    public void Moving_on_finishes_what_was_delivered_and_nothing_else()
    {
        Add(Stream, 1);
        var cursor = _cache.GetCacheCursor(Stream, null);
        Assert.Equal([0], Next(cursor));
        Add(Stream, 1);
        Assert.Equal(0, _partition.Tracker.Watermark);

        Assert.Equal([1], Next(cursor));
        Assert.Equal(1, _partition.Tracker.Watermark);

        Assert.Empty(Next(cursor));
        Assert.Equal(2, _partition.Tracker.Watermark);
        Assert.Equal((0, 0), (_partition.CachedRecords, _partition.CachedBytes));
    }

    [Fact]
    public void Gathered_records_are_one_batch_up_to_a_bound()
    {
        for (var i = 0; i < 6; i++) Add(Stream, 1);
        var cursor = _cache.GetCacheCursor(Stream, null);

        Assert.Equal([0, 1, 2, 3], Next(cursor));
        Add(Stream, 1);
        Assert.Equal([4, 5, 6], Next(cursor));
    }

    [Fact]
    public void A_slow_stream_delays_the_commit_not_other_streams()
    {
        Add(Stream, 1);
        Add(Other, 2);
        var (slow, quick) = (_cache.GetCacheCursor(Stream, null), _cache.GetCacheCursor(Other, null));
        Next(slow);

        Assert.Equal([1, 2], Next(quick));
        Assert.Empty(Next(quick));
        Assert.Equal(0, _partition.Tracker.Watermark);

        Next(slow);
        Assert.Equal(3, _partition.Tracker.Watermark);
    }

    [Fact]
    public void A_record_is_finished_when_all_consumers_passed_it()
    {
        Add(Stream, 2);
        var (pin, first, second) = (_cache.GetCacheCursor(Stream, null), _cache.GetCacheCursor(Stream, null), _cache.GetCacheCursor(Stream, null));
        Next(first);
        Next(first);
        pin.Dispose();
        Assert.Equal(0, _partition.Tracker.Watermark);

        Assert.Equal([0, 1], Next(second));
        Next(second);

        Assert.Equal(2, _partition.Tracker.Watermark);
    }

    [Fact]
    public void A_late_consumer_starts_at_the_oldest_record()
    {
        Add(Stream, 2);
        using var pin = _cache.GetCacheCursor(Stream, null);
        var first = _cache.GetCacheCursor(Stream, null);
        Next(first);
        Next(first);

        Assert.Equal([0, 1], Next(_cache.GetCacheCursor(Stream, null)));
    }

    [Fact]
    public void The_purge_finishes_records_without_a_consumer()
    {
        Add(Stream, 1);
        Assert.Equal(0, _partition.Tracker.Watermark);
        _cache.GetCacheCursor(Stream, null).Dispose();
        Assert.Equal(0, _partition.Tracker.Watermark);

        Assert.False(_cache.TryPurgeFromCache(out _));

        Assert.Equal(1, _partition.Tracker.Watermark);
    }

    [Fact]
    public void A_purge_leaves_alone_what_a_cursor_looks_after()
    {
        Add(Stream, 1);
        using var pin = _cache.GetCacheCursor(Stream, null);

        _cache.TryPurgeFromCache(out _);

        Assert.Equal(0, _partition.Tracker.Watermark);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_new_subscription_gets_what_came_before_its_cursor(bool anotherIsQuicker)
    {
        var quick = anotherIsQuicker ? _cache.GetCacheCursor(Stream, null) : null;
        var subscription = Guid.NewGuid();
        _cache.Pin(Stream, subscription);
        Add(Stream, 1);
        if (quick is not null) Next(quick);
        if (quick is not null) Next(quick);
        _cache.TryPurgeFromCache(out _);
        var cursor = _cache.GetCacheCursor(Stream, null);

        _cache.Unpin(subscription);

        Assert.Equal([0], Next(cursor));
        Next(cursor);
        Assert.Equal(1, _partition.Tracker.Watermark);
    }

    [Fact]
    public void A_subscription_that_ended_before_its_cursor_holds_nothing()
    {
        var subscription = Guid.NewGuid();
        _cache.Pin(Stream, subscription);
        Add(Stream, 1);

        _cache.Unpin(subscription);
        _cache.TryPurgeFromCache(out _);

        Assert.Equal(1, _partition.Tracker.Watermark);
    }

    [Fact]
    public void A_cursor_disposed_during_delivery_leaves_its_records()
    {
        Add(Stream, 2);
        var cursor = _cache.GetCacheCursor(Stream, null);
        Next(cursor);

        cursor.Dispose();
        _cache.TryPurgeFromCache(out _);

        Assert.Equal(0, _partition.Tracker.Watermark);
        Assert.Equal([Stream], _cache.TakeReminders());
        Assert.Empty(_cache.TakeReminders());
        Assert.Equal([0, 1], Next(_cache.GetCacheCursor(Stream, null)));
    }

    [Fact]
    public void A_failed_batch_is_repeated_record_by_record()
    {
        Add(Stream, 9);
        var cursor = _cache.GetCacheCursor(Stream, null);
        Assert.Equal([0, 1, 2, 3], Next(cursor));

        Assert.Equal([0], Retry(cursor));
        Assert.Equal([1, 2], Next(cursor));
        Assert.Equal([3, 4, 5, 6], Next(cursor));
        Assert.Equal(3, _partition.Tracker.Watermark);
    }

    [Fact]
    public void A_failed_record_is_finished_by_its_dead_letter()
    {
        Add(Stream, 3);
        var cursor = _cache.GetCacheCursor(Stream, null);
        Next(cursor);
        Retry(cursor);
        Retry(cursor);
        cursor.RecordDeliveryFailure();
        cursor.GetCurrent(out _)!.ImportRequestContext();

        Assert.Equal([1, 2], Next(cursor));
        Next(cursor);

        var deadLetters = Assert.Single(_dead_lettered.Records);
        Assert.Equal((0, "delivery-failed", 3), (deadLetters.Record.Record.Offset, deadLetters.Reason, deadLetters.Attempts));
        Assert.Equal(0, _partition.Tracker.Watermark);
        Assert.Equal(1, _partition.CachedRecords);

        _partition.Leave(deadLetters.Record);
        Assert.Equal(3, _partition.Tracker.Watermark);
    }

    [Fact]
    public void A_record_failing_for_two_consumers_is_dead_lettered_once()
    {
        Add(Stream, 1);
        foreach (var cursor in new[] { _cache.GetCacheCursor(Stream, null), _cache.GetCacheCursor(Stream, null) }.ToArray())
        {
            Next(cursor);
            cursor.RecordDeliveryFailure();
            Next(cursor);
        }

        Assert.Single(_dead_lettered.Records);
    }

    [Fact]
    public void A_delivery_continues_the_trace_of_its_first_record()
    {
        Add(Stream, 1, trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        Add(Stream, 1, trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        var cursor = _cache.GetCacheCursor(Stream, null);

        Assert.Equal([0, 1], Next(cursor));

        Assert.Equal("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", RequestContext.Get("traceparent"));
        RequestContext.Clear();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stopping_agent_neither_dead_letters_nor_finishes_records(bool movesOn)
    {
        Add(Stream, 1);
        var cursor = _cache.GetCacheCursor(Stream, null);
        Next(cursor);
        _partition.AgentStopping = new CancellationToken(canceled: true);
        cursor.RecordDeliveryFailure();

        if (movesOn) cursor.MoveNextWithResult();
        cursor.Dispose();

        Assert.Empty(_dead_lettered.Records);
        Assert.Equal(0, _partition.Tracker.Watermark);
    }

    [Fact]
    public void The_cache_is_bounded_by_records_and_bytes()
    {
        Add(Stream, 9, size: 1);
        Assert.True(_cache.HasSpace);
        Add(Stream, 1, size: 991);
        Assert.False(_cache.HasSpace);

        var cursor = _cache.GetCacheCursor(Stream, null);
        while (Next(cursor).Length > 0)
        {
        }

        Assert.True(_cache.HasSpace);
        Add(Stream, 1, size: 1000);
        Assert.False(_cache.HasSpace);
        Assert.True(_cache.GetMaxAddCount() > 0);
    }

    private void Add(StreamId stream, int count, int size = 1, string? trace = null)
    {
        var received = new ReceivedRecords(stream, _next);
        for (var i = 0; i < count; i++)
        {
            var record = new KafkaRecord(
                "topic", 0, _next++, DateTimeOffset.UnixEpoch, null, new byte[size], trace is null ? [] : [DeadLetterRecord.Header("traceparent", trace)]);
            Assert.True(_partition.Tracker.Receive(record.Offset));
            _partition.Enter(record);
            received.Records.Add(new CachedRecord(new TrackedRecord(record, _partition.Tracker), (int)record.Offset));
        }

        _cache.AddToCache([received]);
    }

    /// <summary>Moves on, and makes the first attempt to deliver.</summary>
    private static int[] Next(IQueueCacheCursor cursor) => cursor.MoveNextWithResult().Kind == QueueCacheCursorMoveResultKind.Success ? Retry(cursor) : [];

    private static int[] Retry(IQueueCacheCursor cursor)
    {
        var batch = cursor.GetCurrent(out _)!;
        batch.ImportRequestContext();
        return [.. batch.GetEvents<int>().Select(item => item.Item1)];
    }

    private sealed class DeadLetterList : IKafkaDeadLetterWriter
    {
        public List<(TrackedRecord Record, string Reason, string? Error, int Attempts)> Records { get; } = [];

        public void DeadLetter(TrackedRecord record, string reason, string? error, int attempts, BlockMark? block = null) =>
            Records.Add((record, reason, error, attempts));
    }
}
