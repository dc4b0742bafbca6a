using System.Globalization;
using System.Text;
using JobRequests.Streaming.Kafka.Consuming;
using JobRequests.Streaming.Kafka.Streams;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>The cache of a provider that blocks its streams, driven as the framework's agent drives it.</summary>
public sealed class BlockedCacheTests
{
    private static readonly StreamId Stream = StreamId.Create("jobs", "a");
    private static readonly StreamId Other = StreamId.Create("jobs", "b");

    private readonly KafkaPartition _partition = new(0) { Tracker = new OffsetTracker(0) };
    private readonly BlockedStreams _blocks = new();
    private readonly Gate _gate = new();
    private readonly DeadLetterList _dead_lettered = new();
    private readonly KafkaQueueCache _cache;
    private long _next;

    public BlockedCacheTests() => _cache = new KafkaQueueCache(
        _partition, _dead_lettered, new KafkaStreamOptions { MaxBatchRecords = 4, BlockStreams = true }, NullLogger.Instance, _blocks, _gate);

    [Fact]
    public void Records_before_a_failed_one_finish_those_behind_wait()
    {
        Add(Stream, 4);
        var cursor = Cursor(Stream);
        Assert.Equal([0, 1, 2, 3], Next(cursor));

        Assert.True(_cache.GiveUp(Stream, 2, "bad", "why", 7));
        Assert.Empty(Next(cursor));

        Assert.Equal([(2L, "bad", true), (3L, "bad", false)],
            _dead_lettered.Records.Select(deadLetters => (deadLetters.Offset, deadLetters.Reason, deadLetters.Block!.IsBeginning)));
        Assert.Equal(2, _partition.Tracker.Watermark);
        _dead_lettered.Acknowledge(_partition);
        Assert.Equal(4, _partition.Tracker.Watermark);
        Assert.Equal(0, _partition.CachedRecords);
    }

    [Fact]
    public void Records_of_a_blocked_stream_are_dead_lettered_in_order()
    {
        Add(Stream, 6);
        Add(Other, 1);
        var cursor = Cursor(Stream);
        Assert.Equal([0, 1, 2, 3], Next(cursor));

        Assert.True(_cache.GiveUp(Stream, 0, "bad", null, 1));
        Add(Stream, 2);

        Assert.Empty(Next(cursor));
        Assert.Equal([0, 1, 2, 3, 4, 5, 7, 8], _dead_lettered.Records.Select(deadLetters => deadLetters.Offset));
        Assert.All(_dead_lettered.Records.Skip(4), deadLetters => Assert.Equal("blocked", deadLetters.Reason));
        Assert.Equal([6], Next(Cursor(Other)));
    }

    [Fact]
    public void A_replayed_record_that_fails_stops_its_run()
    {
        Add(Stream, 3);
        var cursor = Cursor(Stream);
        Next(cursor);
        _cache.GiveUp(Stream, 0, "bad", null, 1);
        Assert.Empty(Next(cursor));

        Replayed(Stream, "r1", 0, 1, 2);
        Add(Stream, 1);
        Assert.Equal([3, 4, 5], Next(cursor));
        Assert.True(_cache.GiveUp(Stream, 4, "bad", null, 1));
        Assert.Empty(Next(cursor));
        Replayed(Stream, "r1", 2);
        Assert.Empty(Next(cursor));

        Replayed(Stream, "r2", 1, 2);
        Assert.Equal([8, 9], Next(cursor));
        Assert.Equal([(4L, 1L, true), (5, 2, false), (7, 2, false)], _dead_lettered.Records.Where(deadLetters => deadLetters.Block!.Run == "r1")
            .Select(deadLetters => (deadLetters.Offset, deadLetters.Block!.Order, deadLetters.Block.IsBeginning)));
    }

    [Fact]
    public void After_a_block_only_new_records_are_delivered()
    {
        Add(Stream, 3);
        var cursor = Cursor(Stream);
        Next(cursor);
        _cache.GiveUp(Stream, 1, "bad", null, 1);
        _blocks.TryEnd(Stream, 2);
        Add(Stream, 2);

        Assert.Equal([3, 4], Next(cursor));
        Assert.Equal([1, 2], _dead_lettered.Records.Select(deadLetters => deadLetters.Offset));
    }

    [Fact]
    public void A_delivery_abandoned_by_Orleans_blocks_its_stream()
    {
        Add(Stream, 3);
        var cursor = Cursor(Stream);
        Next(cursor);
        Retry(cursor);
        cursor.RecordDeliveryFailure();

        Assert.Empty(Next(cursor));

        Assert.Equal(
            [(0L, "delivery-failed"), (1, "blocked"), (2, "blocked")], _dead_lettered.Records.Select(deadLetters => (deadLetters.Offset, deadLetters.Reason)));
    }

    [Fact]
    public void During_an_outage_a_failed_delivery_is_repeated()
    {
        Add(Stream, 2);
        var cursor = Cursor(Stream);
        Next(cursor);
        _gate.OpenFor = TimeSpan.Zero;
        cursor.RecordDeliveryFailure();

        Assert.Equal([0, 1], Next(cursor));
        Assert.Empty(_dead_lettered.Records);
        Assert.Equal(0, _partition.Tracker.Watermark);
    }

    [Fact]
    public void Only_a_delivery_can_be_abandoned_once()
    {
        Add(Stream, 2);
        Assert.False(_cache.GiveUp(Stream, 0, "bad", null, 1));
        Next(Cursor(Stream));
        Assert.False(_cache.GiveUp(Stream, 9, "bad", null, 1));
        Assert.False(_cache.GiveUp(Other, 0, "bad", null, 1));

        Assert.True(_cache.GiveUp(Stream, 0, "bad", null, 1));
        Assert.True(_cache.GiveUp(Stream, 0, "bad", null, 1));
        Assert.Equal(2, _dead_lettered.Records.Count);

        _partition.AgentStopping = new CancellationToken(canceled: true);
        Assert.False(_cache.GiveUp(Stream, 0, "bad", null, 1));
    }

    private void Add(StreamId stream, int count) => Add(stream, [.. Enumerable.Repeat(Array.Empty<KafkaHeader>(), count)]);

    private void Replayed(StreamId stream, string run, params ReadOnlySpan<long> orders)
    {
        var headers = new List<KafkaHeader[]>();
        foreach (var order in orders)
            headers.Add([new(DeadLetterRecord.Run, Encoding.UTF8.GetBytes(run)),
                new(DeadLetterRecord.Order, Encoding.UTF8.GetBytes(order.ToString(CultureInfo.InvariantCulture)))]);
        Add(stream, [.. headers]);
    }

    private void Add(StreamId stream, KafkaHeader[][] records)
    {
        var received = new ReceivedRecords(stream, _next);
        foreach (var headers in records)
        {
            var record = new KafkaRecord("topic", 0, _next++, DateTimeOffset.UnixEpoch, null, new byte[1], headers);
            Assert.True(_partition.Tracker.Receive(record.Offset));
            _partition.Enter(record);
            received.Records.Add(new CachedRecord(new TrackedRecord(record, _partition.Tracker), (int)record.Offset));
        }

        _cache.AddToCache([received]);
    }

    private IQueueCacheCursor Cursor(StreamId stream) => _cache.GetCacheCursor(stream, null);

    private static int[] Next(IQueueCacheCursor cursor) => cursor.MoveNextWithResult().Kind == QueueCacheCursorMoveResultKind.Success ? Retry(cursor) : [];

    private static int[] Retry(IQueueCacheCursor cursor)
    {
        var batch = cursor.GetCurrent(out _)!;
        batch.ImportRequestContext();
        return [.. batch.GetEvents<int>().Select(item => item.Item1)];
    }

    private sealed class Gate : IKafkaConsumptionGate
    {
        public TimeSpan OpenFor { get; set; } = TimeSpan.MaxValue;
    }

    private sealed class DeadLetterList : IKafkaDeadLetterWriter
    {
        public List<(TrackedRecord Record, long Offset, string Reason, BlockMark? Block)> Records { get; } = [];

        public void DeadLetter(TrackedRecord record, string reason, string? error, int attempts, BlockMark? block = null) =>
            Records.Add((record, record.Record.Offset, reason, block));

        public void Acknowledge(KafkaPartition partition)
        {
            foreach (var deadLetters in Records) partition.Leave(deadLetters.Record);
        }
    }
}
