using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess;

/// <summary>
/// Events of one stream on their way to one handler call. The cache merges what has gathered while the previous call ran, so a
/// busy stream is handled in batches.
/// </summary>
[GenerateSerializer, Immutable, Alias("inprocess-streams.batch")]
public sealed class InProcessBatchContainer : IBatchContainer
{
    [Id(0)]
    private readonly object[] _events;

    [Id(1)]
    private readonly EventSequenceTokenV2 _token;

    [Id(2)]
    private readonly Dictionary<string, object>? _requestContext;

    internal InProcessBatchContainer(StreamId streamId, object[] events, EventSequenceTokenV2 token, Dictionary<string, object>? requestContext)
    {
        StreamId = streamId;
        _events = events;
        _token = token;
        _requestContext = requestContext;
    }

    [Id(3)]
    public StreamId StreamId { get; }

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        var index = 0;
        foreach (var @event in _events)
            if (@event is T typed)
                yield return Tuple.Create<T, StreamSequenceToken>(typed, _token.CreateSequenceTokenForEvent(index++));
    }

    public bool ImportRequestContext()
    {
        if (_requestContext is null) return false;
        RequestContextExtensions.Import(_requestContext);
        return true;
    }
}
