using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams;
using Orleans.Streams.Filtering;

namespace JobRequests.Streaming.InProcess;

/// <summary>Orleans streams inside one process: no server, no polling, batches of what has gathered, and acknowledgement on delivery when wanted.</summary>
internal sealed class InProcessStreamAdapterFactory : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly InProcessStreamOptions _options;
    private readonly InProcessStreamHub _hub;
    private readonly ILogger _logger;
    private readonly bool _isFiltered;
    private readonly HashRingBasedStreamQueueMapper _mapper;
    private readonly QueueId[] _queues;
    private readonly ConcurrentDictionary<QueueId, InProcessQueueCache> _newCaches = new();

    public InProcessStreamAdapterFactory(string name, InProcessStreamOptions options, InProcessStreamHub hub, ILogger logger, bool isFiltered = false)
    {
        Name = name;
        _options = options;
        _hub = hub;
        _logger = logger;
        _isFiltered = isFiltered;
        _mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = options.QueueCount }, name);
        _queues = [.. _mapper.GetAllQueues()];
    }

    public string Name { get; }

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public static InProcessStreamAdapterFactory Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<IOptionsMonitor<InProcessStreamOptions>>().Get(name),
        services.GetRequiredService<InProcessStreamHub>(),
        services.GetRequiredService<ILoggerFactory>().CreateLogger($"{typeof(InProcessStreamAdapterFactory).Namespace}.{name}"),
        services.GetKeyedService<IStreamFilter>(name) is not null);

    public Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        if (token is not null) throw new ArgumentException("In-process streams number their events themselves.", nameof(token));
        ArgumentNullException.ThrowIfNull(events);
        object[] items = [
            .. events.Select(static item => (object?)item ?? throw new ArgumentNullException(nameof(events), "An item is null: nobody could be given it."))];
        if (items.Length == 0) return Task.CompletedTask;
        var queued = new QueuedEvents(
            streamId, items, requestContext is { Count: > 0 } ? requestContext : null, _options.AcknowledgeWhen == AcknowledgeWhen.Delivered);
        return GetQueue(_mapper.GetQueueForStream(streamId)).Enqueue(queued);
    }

    // An agent makes its cache first, then its receiver; the receiver empties the cache when the agent stops.
    public IQueueCache CreateQueueCache(QueueId queueId) => _newCaches[queueId] = new InProcessQueueCache(GetQueue(queueId), _options, _logger, _isFiltered);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => _newCaches.TryRemove(queueId, out var cache)
        ? new InProcessQueueReceiver(GetQueue(queueId), cache)
        : throw new InvalidOperationException($"A receiver of queue {queueId} was asked for before its cache.");

    public IReadOnlyList<InProcessQueueStatus> GetStatus() => [.. _queues.Select((queueId, number) =>
    {
        var (finished, waiting) = GetQueue(queueId).Progress;
        return new InProcessQueueStatus(number, finished, waiting);
    })];

    public int NumberOf(StreamId streamId) => Array.IndexOf(_queues, _mapper.GetQueueForStream(streamId));

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    // The cursor itself tells the producer that a delivery failed: there is nothing to keep.
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler(false));

    private InProcessQueue GetQueue(QueueId queueId) => _hub.GetQueue(Name, queueId, _options.Capacity);
}
