using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>
/// Records of one stream on their way to one handler call. When the call fails, the next attempt is made with the first record alone: one
/// bad record must not be parked with its neighbours.
/// </summary>
[GenerateSerializer, Immutable, Alias("kafka-streams.batch")]
public sealed class KafkaBatchContainer : IBatchContainer
{
    // One reference, so that who enumerates an earlier attempt is not disturbed.
    [Id(0)]
    private KafkaBatchItem[] _items;

    [NonSerialized]
    private int _attempts;

    [NonSerialized]
    private bool _isFailed;

    [NonSerialized]
    private bool _isDelivered;

    [NonSerialized]
    private long _startedAt;

    [Id(2)]
    private readonly int _partition;

    [Id(3)]
    private readonly SiloAddress? _reader;

    internal KafkaBatchContainer(StreamId streamId, KafkaBatchItem[] items, int partition = 0, SiloAddress? reader = null)
    {
        StreamId = streamId;
        _items = items;
        _partition = partition;
        _reader = reader;
    }

    [Id(1)]
    public StreamId StreamId { get; }

    /// <summary>The last record's offset.</summary>
    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(_items[^1].Offset);

    internal int Count => _items.Length;

    internal long FirstOffset => _items[0].Offset;

    internal int Attempts => _attempts;

    /// <summary>Since the first attempt to deliver.</summary>
    internal TimeSpan Age => _attempts == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Environment.TickCount64 - _startedAt);

    /// <summary>Its handler has returned, though the agent was stopping.</summary>
    internal bool IsDelivered
    {
        get => _isDelivered;
        set => _isDelivered = value;
    }

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        foreach (var item in _items)
            if (item.Item is T typed)
                yield return Tuple.Create<T, StreamSequenceToken>(typed, new KafkaSequenceToken(_partition, item.Offset, _reader));
    }

    /// <summary>The agent asks at each attempt to deliver.</summary>
    public bool ImportRequestContext()
    {
        if (_isFailed) return false;
        if (++_attempts == 1) _startedAt = Environment.TickCount64;
        else if (_items.Length > 1) _items = [_items[0]];
        return false;
    }

    internal void Fail() => _isFailed = true;
}

/// <summary>One decoded record and its offset.</summary>
[GenerateSerializer, Immutable, Alias("kafka-streams.item")]
public readonly record struct KafkaBatchItem([property: Id(0)] long Offset, [property: Id(1)] object Item);

/// <summary>What the receiver hands to the cache: the records of one stream from one read. Never delivered as it is.</summary>
internal sealed class ReceivedRecords(StreamId streamId, long firstOffset) : IBatchContainer
{
    public List<CachedRecord> Records { get; } = [];

    public StreamId StreamId => streamId;

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(firstOffset);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => throw new NotSupportedException("The cache delivers these records, merged.");

    public bool ImportRequestContext() => false;
}
