using JobRequests.Streaming.Kafka.Consuming;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Which records pass a block.</summary>
public sealed class BlockedStreamsTests
{
    private static readonly StreamId Stream = StreamId.Create("jobs", "a");
    private static readonly StreamId Other = StreamId.Create("jobs", "b");

    private readonly BlockedStreams _blocks = new();

    [Fact]
    public void A_stream_without_a_failure_is_not_held()
    {
        Assert.False(_blocks.TryHold(Stream, 1, null));
        _blocks.Begin(Stream, 0, 1, null);
        Assert.False(_blocks.TryHold(Other, 2, null));
        Assert.True(_blocks.TryHold(Stream, 2, null));
    }

    [Fact]
    public void Replayed_records_pass_until_one_fails()
    {
        _blocks.Begin(Stream, 0, 5, null);
        Assert.False(_blocks.TryHold(Stream, 5, "r1"));
        _blocks.Begin(Stream, 0, 5, "r1");

        Assert.True(_blocks.TryHold(Stream, 6, "r1"));
        Assert.False(_blocks.TryHold(Stream, 5, "r2"));
        Assert.True(_blocks.TryHold(Stream, 9, null));
    }

    [Fact]
    public void A_failed_run_stays_failed_when_another_fails()
    {
        _blocks.Begin(Stream, 0, 5, "r1");
        _blocks.Begin(Stream, 0, 5, "r2");

        Assert.True(_blocks.TryHold(Stream, 6, "r1"));
        Assert.True(_blocks.TryHold(Stream, 6, "r2"));
    }

    [Fact]
    public void A_block_ends_only_when_everything_behind_it_was_replayed()
    {
        _blocks.Begin(Stream, 3, 5, null);
        Assert.True(_blocks.TryHold(Stream, 8, null));

        Assert.False(_blocks.TryEnd(Stream, 5));
        Assert.Equal(1, _blocks.CountOf(3));
        Assert.True(_blocks.TryEnd(Stream, 8));
        Assert.Equal(0, _blocks.CountOf(3));
        Assert.False(_blocks.TryHold(Stream, 9, null));
        Assert.False(_blocks.IsAny);
    }
}
