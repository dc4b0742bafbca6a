using CsCheck;
using JobRequests.Streaming.Kafka.Consuming;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class OffsetTrackerTests
{
    // What happens to a partition: a gap and a record, a record received twice, some pending record finished, the log's end seen.
    private static readonly Gen<(int Kind, int Number)[]> Histories = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 200]).Array[0, 400];

    [Fact]
    public void The_watermark_is_the_lowest_unfinished_offset() => Histories.Sample(history =>
    {
        var tracker = new OffsetTracker(10);
        var (pending, position) = (new SortedSet<long>(), 10L);
        foreach (var (kind, number) in history)
        {
            switch (kind)
            {
                case 0:
                    var offset = position + (number % 5 == 0 ? number : 0);
                    Assert.True(tracker.Receive(offset));
                    pending.Add(offset);
                    position = offset + 1;
                    break;
                case 1 when pending.Count > 0:
                    var finished = pending.ElementAt(number % pending.Count);
                    tracker.Finish(finished);
                    pending.Remove(finished);
                    tracker.Finish(finished);
                    break;
                case 2:
                    tracker.Advance(position + (number % 3) - 1);
                    position = Math.Max(position, position + (number % 3) - 1);
                    break;
                case 3:
                    Assert.False(tracker.Receive(position - 1 - (number % 10)));
                    break;
            }

            Assert.Equal(pending.Count > 0 ? pending.Min : position, tracker.Watermark);
            Assert.Equal(position, tracker.Position);
        }
    });

    [Fact]
    public void A_new_partition_commits_nothing_before_its_first_record()
    {
        var tracker = new OffsetTracker();
        Assert.Null(tracker.Watermark);

        tracker.Receive(42);

        Assert.Equal(42, tracker.Watermark);
    }

    [Fact]
    public void Only_a_received_record_can_be_finished()
    {
        var tracker = new OffsetTracker(10);
        tracker.Receive(10);
        tracker.Receive(15);

        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Finish(12));
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Finish(16));
        tracker.Finish(3);
        Assert.Equal(10, tracker.Watermark);
    }

    [Fact]
    public void A_transaction_marker_at_the_end_holds_nothing_up()
    {
        var tracker = new OffsetTracker(0);
        tracker.Receive(0);

        tracker.Advance(2);
        Assert.Equal(0, tracker.Watermark);
        tracker.Finish(0);

        Assert.Equal(2, tracker.Watermark);
    }
}
