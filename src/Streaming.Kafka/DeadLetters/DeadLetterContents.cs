using JobRequests.Streaming.Kafka.Consuming;

namespace JobRequests.Streaming.Kafka;

/// <summary>A record of the dead-letter topic that is no mark.</summary>
/// <param name="Record">As it stands in the dead-letter topic.</param>
/// <param name="Origin">Where it comes from and why it is there; null where somebody else wrote it.</param>
public sealed record DeadLetterCopy(KafkaRecord Record, DeadLetterOrigin? Origin)
{
    /// <summary>It was replayed, or cannot be.</summary>
    public bool IsSettled { get; internal set; }

    /// <summary>Its signature is none that this process trusts: a silo with another secret may have written it, so this process must not settle it.</summary>
    internal bool IsOfOtherSecret { get; init; }
}

/// <summary>What a dead-letter topic holds, as its copies and marks say.</summary>
public sealed class DeadLetterContents
{
    private readonly BlockedStreams _blocks = new();
    private readonly string _topic;
    private readonly List<DeadLetterCopy> _copies = [];

    private readonly IKafkaMarkSigner? _signer;

    internal DeadLetterContents(string topic, IKafkaMarkSigner? signer) => (_topic, _signer) = (topic, signer);

    /// <summary>All copies that were read, by partition and offset.</summary>
    public IReadOnlyList<DeadLetterCopy> Copies => _copies;

    /// <summary>Those that wait to be replayed.</summary>
    public IEnumerable<DeadLetterCopy> Waiting => _copies.Where(static copy => !copy.IsSettled);

    /// <summary>Whether later records of the stream are dead-lettered too.</summary>
    public bool IsBlocked(KafkaStreamName stream) => _blocks.Contains(stream);

    /// <summary>The offset after the last record of each partition.</summary>
    internal Dictionary<int, long> Ends { get; } = [];

    /// <summary>Takes the next record of a partition.</summary>
    internal void Add(KafkaRecord record)
    {
        if (!MarkSignature.IsGenuine(_signer, record))
        {
            _copies.Add(new DeadLetterCopy(record, Origin: null) { IsOfOtherSecret = MarkSignature.IsSigned(record) });
        }
        else if (BlockEnd.Read(record.Headers) is { } end)
        {
            if (end.Topic != _topic) return;
            foreach (var copy in _copies)
                if (copy.Origin is { Block: { } block } origin && origin.Topic == _topic && block.Stream == end.Stream && block.Order <= end.Through)
                    copy.IsSettled = true;
            _blocks.TryEnd(end.Stream, end.Through);
        }
        else if (ReplayedMark.Read(record.Headers) is { } offsets)
        {
            foreach (var copy in _copies)
                if (copy.Record.Partition == record.Partition && offsets.Contains(copy.Record.Offset))
                    copy.IsSettled = true;
        }
        else
        {
            var copy = new DeadLetterCopy(record, DeadLetterRecord.Read(record.Headers));
            _copies.Add(copy);
            if (copy.Origin is { Block: { } block } origin && origin.Topic == _topic) _blocks.Hold(block.Stream, origin.Partition, block.Order);
        }
    }
}
