using JobRequests.Gateway.Events;

namespace JobRequests.Gateway.Tests.Events;

public sealed class FeedCursorTests
{
    [Fact]
    public void A_cursor_reads_as_it_was_written()
    {
        long[] offsets = [0, 1, 127, 128, 300, 1L << 40, long.MaxValue >> 1];

        Assert.True(FeedCursor.TryParse(new FeedCursor(0xFEDCBA9876543210, offsets).ToString(), out var read));

        Assert.Equal(0xFEDCBA9876543210, read.Log);
        Assert.Equal(offsets, read.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11:2")]
    [InlineData("AQAAAAAAAAAA")]
    [InlineData("AgAAAAAAAAAAAA")]
    [InlineData("AQAAAAAAAAAAgICA")]
    [InlineData("not a cursor")]
    public void An_invalid_cursor_is_not_read(string text) => Assert.False(FeedCursor.TryParse(text, out _));

    [Fact]
    public void A_cursor_of_20_partitions_fits_a_header() =>
        Assert.True(new FeedCursor(ulong.MaxValue, [.. Enumerable.Repeat(2_000_000_000L, 20)]).ToString().Length < 160);
}
