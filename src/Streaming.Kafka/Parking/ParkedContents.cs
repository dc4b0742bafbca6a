using JobRequests.Streaming.Kafka.Consuming;

namespace JobRequests.Streaming.Kafka;

/// <summary>A record of the parked topic that is no mark.</summary>
/// <param name="Record">As it stands in the parked topic.</param>
/// <param name="Origin">Where it comes from and why it is there; null where somebody else wrote it.</param>
public sealed record ParkedCopy(KafkaRecord Record, ParkedOrigin? Origin)
{
    /// <summary>It was put back, or cannot be.</summary>
    public bool IsSettled { get; internal set; }
}

/// <summary>What a parked topic holds, as its copies and marks say.</summary>
public sealed class ParkedContents
{
    private readonly StreamFences _fences = new();
    private readonly string _topic;
    private readonly List<ParkedCopy> _copies = [];

    private readonly IKafkaMarkSigner? _signer;

    internal ParkedContents(string topic, IKafkaMarkSigner? signer) => (_topic, _signer) = (topic, signer);

    /// <summary>All copies that were read, by partition and offset.</summary>
    public IReadOnlyList<ParkedCopy> Copies => _copies;

    /// <summary>Those that wait to be put back.</summary>
    public IEnumerable<ParkedCopy> Waiting => _copies.Where(static copy => !copy.IsSettled);

    /// <summary>Whether later records of the stream are parked too.</summary>
    public bool IsFenced(StreamId stream) => _fences.Contains(stream);

    /// <summary>The offset after the last record of each partition.</summary>
    internal Dictionary<int, long> Ends { get; } = [];

    /// <summary>Takes the next record of a partition.</summary>
    internal void Add(KafkaRecord record)
    {
        if (!MarkSignature.IsGenuine(_signer, record))
        {
            _copies.Add(new ParkedCopy(record, Origin: null));
        }
        else if (FenceEnd.Read(record.Headers) is { } end)
        {
            if (end.Topic != _topic) return;
            foreach (var copy in _copies)
                if (copy.Origin is { Fence: { } fence } origin && origin.Topic == _topic && fence.Stream == end.Stream && fence.Order <= end.Through)
                    copy.IsSettled = true;
            _fences.TryEnd(end.Stream, end.Through);
        }
        else if (PutBackMark.Read(record.Headers) is { } offsets)
        {
            foreach (var copy in _copies)
                if (copy.Record.Partition == record.Partition && offsets.Contains(copy.Record.Offset))
                    copy.IsSettled = true;
        }
        else
        {
            var copy = new ParkedCopy(record, ParkedRecord.Read(record.Headers));
            _copies.Add(copy);
            if (copy.Origin is { Fence: { } fence } origin && origin.Topic == _topic) _fences.Hold(fence.Stream, origin.Partition, fence.Order);
        }
    }
}
