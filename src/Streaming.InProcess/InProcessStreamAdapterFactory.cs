using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess;

/// <summary>Orleans streams inside one process: no server, no polling, batches of what has gathered, and acknowledgement on delivery when wanted.</summary>
internal sealed class InProcessStreamAdapterFactory : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly InProcessStreamOptions _options;
    private readonly InProcessStreamHub _hub;
    private readonly HashRingBasedStreamQueueMapper _mapper;

    public InProcessStreamAdapterFactory(string name, InProcessStreamOptions options, InProcessStreamHub hub)
    {
        Name = name;
        _options = options;
        _hub = hub;
        _mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = options.QueueCount }, name);
    }

    public string Name { get; }

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public static InProcessStreamAdapterFactory Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<IOptionsMonitor<InProcessStreamOptions>>().Get(name),
        services.GetRequiredService<InProcessStreamHub>());

    public Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        if (token is not null) throw new ArgumentException("In-process streams number their events themselves.", nameof(token));
        object[] items = [.. events.Select(item => (object)item!)];
        if (items.Length == 0) return Task.CompletedTask;
        var queued = new QueuedEvents(streamId, items, requestContext is { Count: > 0 } ? requestContext : null, _options.AcknowledgeWhen == AcknowledgeWhen.Delivered);
        return GetQueue(_mapper.GetQueueForStream(streamId)).Enqueue(queued);
    }

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new InProcessQueueReceiver(GetQueue(queueId));

    public IQueueCache CreateQueueCache(QueueId queueId) => new InProcessQueueCache(GetQueue(queueId), _options);

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    // The cursor itself tells the producer that a delivery failed: there is nothing to keep.
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler(false));

    private InProcessQueue GetQueue(QueueId queueId) => _hub.GetQueue(Name, queueId, _options.Capacity);
}
