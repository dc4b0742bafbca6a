using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess;

/// <summary>
/// Events of one stream on their way to one handler call. The cache merges what has gathered while the previous call ran, so a
/// busy stream is handled in batches. When the call fails, the next attempt is made with what the first producer's call sent, alone: one bad
/// event must not be abandoned with its neighbours.
/// </summary>
[GenerateSerializer, Immutable, Alias("inprocess-streams.batch")]
public sealed class InProcessBatchContainer : IBatchContainer
{
    [Id(0)]
    private object[] _events;

    [Id(1)]
    private readonly EventSequenceTokenV2 _token;

    [Id(2)]
    private readonly Dictionary<string, object>? _requestContext;

    [NonSerialized]
    private readonly int _first;

    [NonSerialized]
    private int _attempts;

    [NonSerialized]
    private bool _isNarrowed;

    internal InProcessBatchContainer(StreamId streamId, object[] events, int first, EventSequenceTokenV2 token, Dictionary<string, object>? requestContext)
    {
        StreamId = streamId;
        _events = events;
        _first = first;
        _token = token;
        _requestContext = requestContext;
    }

    [Id(3)]
    public StreamId StreamId { get; }

    /// <summary>Only what the first call sent is still being delivered.</summary>
    internal bool IsNarrowed => _isNarrowed;

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        var index = 0;
        foreach (var @event in _events)
            yield return @event is T typed
                ? Tuple.Create<T, StreamSequenceToken>(typed, _token.CreateSequenceTokenForEvent(index++))
                : throw new InvalidCastException($"An item of stream {StreamId} is a {@event.GetType()}; its consumer takes {typeof(T)}.");
    }

    /// <summary>The agent asks at each attempt to deliver.</summary>
    public bool ImportRequestContext()
    {
        if (++_attempts == 2 && _first < _events.Length) (_events, _isNarrowed) = (_events[.._first], true);
        // Also when there is none: what the agent's own flow carries belongs to somebody else.
        RequestContextExtensions.Import(_requestContext);
        return true;
    }
}
