using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers.Streams.Common;
using Orleans.Serialization;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>
/// Records of one stream on their way to one handler call. When the call fails, the next attempt is made with the first record alone: one
/// bad record must not be dead-lettered with its neighbours.
/// </summary>
[GenerateSerializer, Immutable, Alias("kafka-streams.batch"), SerializationCallbacks(typeof(OnDeserializedCallbacks))]
internal sealed class KafkaBatchContainer : IBatchContainer, IOnDeserialized
{
    // One reference, so that who enumerates an earlier attempt is not disturbed.
    [Id(0)]
    private KafkaBatchItem[] _items;

    [Id(2)]
    private readonly KafkaBatchOrigin _origin;

    [NonSerialized]
    private int _attempts;

    [NonSerialized]
    private string? _refusal;

    [NonSerialized]
    private readonly Dictionary<string, object>? _requestContext;

    // Of the silo or client where the consumer is.
    [NonSerialized]
    private IServiceProvider? _services;

    [NonSerialized]
    private bool _isFailed;

    [NonSerialized]
    private bool _isDelivered;

    [NonSerialized]
    private long _startedAt;

    public KafkaBatchContainer(
        StreamId streamId, KafkaBatchItem[] items, KafkaBatchOrigin origin = default, Dictionary<string, object>? requestContext = null,
        IServiceProvider? services = null)
    {
        StreamId = streamId;
        _items = items;
        _origin = origin;
        _requestContext = requestContext;
        _services = services;
    }

    [Id(1)]
    public StreamId StreamId { get; }

    /// <summary>The last record's offset.</summary>
    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(_items[^1].Offset);

    public int Count => _items.Length;

    public long FirstOffset => _items[0].Offset;

    public int Attempts => _attempts;

    /// <summary>Since the first attempt to deliver.</summary>
    public TimeSpan Age => _attempts == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Environment.TickCount64 - _startedAt);

    /// <summary>Its handler has returned, though the agent was stopping.</summary>
    public bool IsDelivered
    {
        get => _isDelivered;
        set => _isDelivered = value;
    }

    /// <summary>What the consumer said when it could do nothing with the item.</summary>
    public string? Refusal
    {
        get => _refusal;
        set => _refusal = value;
    }

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        foreach (var item in _items)
        {
            var token = new KafkaSequenceToken(_origin.Partition, item.Offset, _origin.Reader);
            yield return item.Item is T typed ? Tuple.Create<T, StreamSequenceToken>(typed, token) : throw Refuse<T>(item.Item, token);
        }
    }

    /// <summary>The agent asks at each attempt to deliver, and when it tells the consumer of a failure.</summary>
    public bool ImportRequestContext()
    {
        if (!_isFailed)
        {
            _refusal = null;
            if (++_attempts == 1) _startedAt = Environment.TickCount64;
            else if (_items.Length > 1) _items = [_items[0]];
        }

        // Also when there is none: what the agent's own flow carries belongs to somebody else.
        RequestContextExtensions.Import(_requestContext);
        return true;
    }

    public void Fail() => _isFailed = true;

    void IOnDeserialized.OnDeserialized(DeserializationContext context) => _services = context.ServiceProvider;

    // The delivery fails, and is repeated as any other. The reader is told why, for whoever finds the record dead-lettered; a client that consumes
    // cannot reach it.
    private InvalidCastException Refuse<T>(object item, KafkaSequenceToken token)
    {
        var error = $"An item of stream {StreamId} at offset {token.SequenceNumber} is a {item.GetType()}; its consumer takes {typeof(T)}.";
        _services?.GetKeyedService<KafkaDeadLettering>(
            _origin.Provider)?.DeadLetterAsync(StreamId, token, KafkaQueueCache.UnexpectedType, error, attempts: 1).Ignore();
        return new InvalidCastException(error);
    }
}

/// <summary>Where a batch was read, by whom.</summary>
[GenerateSerializer, Immutable, Alias("kafka-streams.origin")]
internal readonly record struct KafkaBatchOrigin([property: Id(0)] string Provider, [property: Id(1)] int Partition, [property: Id(2)] SiloAddress? Reader);

/// <summary>One decoded record and its offset.</summary>
[GenerateSerializer, Immutable, Alias("kafka-streams.item")]
internal readonly record struct KafkaBatchItem([property: Id(0)] long Offset, [property: Id(1)] object Item);

/// <summary>What the receiver hands to the cache: the records of one stream from one read. Never delivered as it is.</summary>
internal sealed class ReceivedRecords(StreamId streamId, long firstOffset) : IBatchContainer
{
    public List<CachedRecord> Records { get; } = [];

    public StreamId StreamId => streamId;

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(firstOffset);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => throw new NotSupportedException("The cache delivers these records, merged.");

    public bool ImportRequestContext() => false;
}
