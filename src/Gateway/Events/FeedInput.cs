using System.Threading.Channels;

namespace JobRequests.Gateway.Events;

/// <summary>What a source says to the feed.</summary>
internal abstract record FeedInput
{
    private FeedInput()
    {
    }

    /// <summary>From here on the feed is of this log, and continues at these offsets; what was between is missed.</summary>
    public sealed record Opened(ulong Log, long[] Offsets) : FeedInput;

    /// <summary>The next record of a partition. Without an event it only moves the cursor.</summary>
    public sealed record Record(int Partition, long Offset, JobEvent? Event) : FeedInput;
}

/// <summary>The way of events into the feed. It has no bound of its own: a source that can wait does so while <see cref="IsFull"/>.</summary>
internal sealed class FeedIntake
{
    private const int Comfortable = 4_096;

    private readonly Channel<FeedInput> _channel = Channel.CreateUnbounded<FeedInput>();

    public ChannelReader<FeedInput> Reader => _channel.Reader;

    public bool IsFull => _channel.Reader.Count >= Comfortable;

    public void Write(FeedInput input) => _channel.Writer.TryWrite(input);
}
