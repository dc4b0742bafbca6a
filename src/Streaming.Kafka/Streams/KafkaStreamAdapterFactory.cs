using System.Collections.Concurrent;
using JobRequests.Streaming.Kafka.Consuming;
using JobRequests.Streaming.Kafka.Producing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Streams;
using Orleans.Streams.Filtering;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>Orleans streams over one Kafka topic, a queue for each partition. A client, which has no agents, only produces.</summary>
internal sealed class KafkaStreamAdapterFactory : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache, IDisposable
{
    private readonly KafkaStreamOptions _options;
    private readonly IKafkaRecordDecoder _decoder;
    private readonly IKafkaRecordEncoder _encoder;
    private readonly IKafkaMarkSigner? _signer;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Lazy<KafkaProducerPool.Lease> _producer;
    private readonly ConcurrentDictionary<QueueId, NewQueue> _newQueues = new();
    private readonly ConcurrentDictionary<int, NewQueue> _queues = new();
    private readonly SiloAddress? _silo;
    private readonly NewSubscriptions? _newSubscriptions;
    private readonly IServiceProvider _services;
    private int _deadLetterPartitions;
    private KafkaQueueMapper? _mapper;
    private KafkaConsumerHub? _hub;
    private bool _isDisposed;

    private KafkaStreamAdapterFactory(
        string name, KafkaStreamOptions options, IKafkaRecordDecoder decoder, IKafkaRecordEncoder encoder, IKafkaConsumptionGate? gate,
        IKafkaMarkSigner? signer, SiloAddress? silo, IServiceProvider services, ILogger logger)
    {
        Name = name;
        _options = options;
        _decoder = decoder;
        _encoder = encoder;
        Gate = gate;
        _signer = signer;
        _silo = silo;
        _services = services;
        _logger = logger;
        _producer = new Lazy<KafkaProducerPool.Lease>(() => KafkaProducerPool.Rent(options, logger));
        var subscriptions = services.GetRequiredService<IOptionsMonitor<StreamPubSubOptions>>().Get(name).PubSubType;
        if (silo is not null && subscriptions != StreamPubSubType.ImplicitOnly) _newSubscriptions = new NewSubscriptions(this, silo);
    }

    public string Name { get; }

    // Offsets that restart would silently lose records for grains that remember larger ones.
    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public IKafkaConsumptionGate? Gate { get; }

    public KafkaConsumerHub? Hub => Volatile.Read(ref _hub);

    /// <summary>Of the topic, when this process started; 0 before.</summary>
    public int PartitionCount => Volatile.Read(ref _mapper)?.GetAllQueues().Count() ?? 0;

    /// <summary>The partitions that do not get past a record.</summary>
    public IReadOnlyList<KafkaPartitionStatus> Stalled =>
        [.. (Hub?.GetPartitions() ?? []).Where(partition => partition.OldestUncommittedAge > _options.StalledAfter)];

    public bool IsStarted => Volatile.Read(ref _mapper) is not null;

    public KafkaTopicCheck Check => new(Name, _options, _silo is not null, _producer.Value.Producer);

    public static KafkaStreamAdapterFactory Create(IServiceProvider services, string name, bool isSilo)
    {
        var codec = new OrleansRecordCodec(services.GetRequiredService<Serializer>());
        return new KafkaStreamAdapterFactory(
            name,
            services.GetRequiredService<IOptionsMonitor<KafkaStreamOptions>>().Get(name),
            services.GetKeyedService<IKafkaRecordDecoder>(name) ?? codec,
            services.GetKeyedService<IKafkaRecordEncoder>(name) ?? codec,
            isSilo ? services.GetKeyedService<IKafkaConsumptionGate>(name) : null,
            services.GetKeyedService<IKafkaMarkSigner>(name),
            isSilo ? services.GetRequiredService<ILocalSiloDetails>().SiloAddress : null,
            services,
            services.GetRequiredService<ILoggerFactory>().CreateLogger($"{KafkaTelemetry.Name}.{name}"));
    }

    public Task<IQueueAdapter> CreateAdapter() => CreateAdapter(CancellationToken.None);

    public async Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken)
    {
        (var partitions, _deadLetterPartitions) = await Check.WaitForTopicsAsync(_logger, cancellationToken);
        Volatile.Write(ref _mapper, new KafkaQueueMapper(Name, partitions));
        return this;
    }

    public async Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        if (token is not null) throw new ArgumentException("Kafka numbers the records itself: its offsets.", nameof(token));
        ArgumentNullException.ThrowIfNull(events);
        // All are encoded before the first is sent: what cannot be written refuses the whole call.
        var records = events.Select(item => Encode(streamId, item, requestContext)).ToList();
        var sent = new List<Task>(records.Count);
        foreach (var record in records) sent.Add(_producer.Value.Producer.ProduceAsync(_options.Topic, record));
        try
        {
            await Task.WhenAll(sent);
        }
        catch (KafkaProduceException exception) when (exception.IsCertainlyNotEnqueued && !sent.TrueForAll(IsCertainlyNotEnqueued))
        {
            throw new KafkaProduceException(
                _options.Topic, false, $"Of {sent.Count} records for {_options.Topic} some were refused and some may be in the log.", exception);
        }
    }

    public IQueueCache CreateQueueCache(QueueId queueId)
    {
        var partition = new KafkaPartition((int)queueId.GetNumericId());
        var deadLetterWriter = new KafkaDeadLetterWriter(
            partition, new DeadLetterTopicWriter(_producer.Value.Producer, _options.EffectiveDeadLetterTopic, _signer), _deadLetterPartitions, _logger);
        var cache = new KafkaQueueCache(
            partition, deadLetterWriter, _options, _logger, GetHub().Blocks, Gate, new KafkaBatchOrigin(Name, partition.Index, _silo), _services,
            _services.GetKeyedService<IStreamFilter>(Name) is not null);
        _queues[partition.Index] = _newQueues[queueId] = new NewQueue(partition, deadLetterWriter, cache);
        return cache;
    }

    // An agent makes its cache first, then its receiver.
    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => _newQueues.TryRemove(queueId, out var queue)
        ? new KafkaStreamAdapterReceiver(GetHub(), queue.Partition, queue.Cache, _decoder, queue.DeadLetterWriter, _options, Gate)
        : throw new InvalidOperationException($"A receiver of queue {queueId} was asked for before its cache.");

    /// <summary>For a consumer, wherever it is: dead-letters what it cannot handle.</summary>
    /// <returns>False when this silo does not deliver that record now.</returns>
    public async Task<bool> GiveUpAsync(int partition, StreamId stream, long offset, string reason, string? error, int attempts) =>
        _queues.TryGetValue(partition, out var queue) && queue.Partition.AgentScheduler is { } agent
        && await Task.Factory.StartNew(
            () => queue.Cache.GiveUp(stream, offset, reason, error, attempts), CancellationToken.None, TaskCreationOptions.DenyChildAttach, agent);

    /// <summary>For an operator: dead-letters the record that a partition of this silo stands still on.</summary>
    /// <returns>False when this silo does not stand on that record.</returns>
    public async Task<bool> GiveUpOldestAsync(int partition, long offset, string reason, string? error) =>
        _queues.TryGetValue(partition, out var queue) && queue.Partition.AgentScheduler is { } agent
        && await Task.Factory.StartNew(
            () => queue.Cache.GiveUpOldest(offset, reason, error), CancellationToken.None, TaskCreationOptions.DenyChildAttach, agent);

    /// <summary>The cache of the agent that calls.</summary>
    public KafkaQueueCache? FindCacheOfCaller() =>
        _queues.Values.FirstOrDefault(static queue => queue.Partition.AgentScheduler == TaskScheduler.Current)?.Cache;

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper ?? throw new InvalidOperationException($"Kafka stream provider '{Name}' has not started.");

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new KafkaFailureHandler(Name, _logger));

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        _newSubscriptions?.Dispose();
        _hub?.Dispose();
        if (_producer.IsValueCreated) _producer.Value.Dispose();
    }

    private KafkaOutgoingRecord Encode(StreamId streamId, object? item, Dictionary<string, object>? requestContext)
    {
        // Nobody could be given it.
        ArgumentNullException.ThrowIfNull(item);
        KafkaOutgoingRecord record;
        try
        {
            record = _encoder is OrleansRecordCodec codec ? codec.Encode(streamId, item, requestContext) : _encoder.Encode(streamId, item);
        }
        catch (Exception exception)
        {
            throw new KafkaProduceException(
                _options.Topic, true, $"An item of stream {streamId} could not be encoded for {_options.Topic}: {exception.Message}", exception);
        }

        var size = KafkaRecord.SizeOf(record.Key, record.Value, record.Headers);
        return size <= _options.MaxRecordBytes
            ? record
            : throw new KafkaProduceException(
                _options.Topic, true, $"A record for {_options.Topic} has {size} bytes; {nameof(_options.MaxRecordBytes)} is {_options.MaxRecordBytes}.")
            { IsTooLarge = true };
    }

    private static bool IsCertainlyNotEnqueued(Task sent) =>
        sent.Exception?.InnerException is KafkaProduceException { IsCertainlyNotEnqueued: true };

    private KafkaConsumerHub GetHub()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _hub ??= new KafkaConsumerHub(Name, _options, _deadLetterPartitions, _signer, _logger);
        }
    }

    private sealed record NewQueue(KafkaPartition Partition, KafkaDeadLetterWriter DeadLetterWriter, KafkaQueueCache Cache);
}
