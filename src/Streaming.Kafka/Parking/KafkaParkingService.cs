using JobRequests.Streaming.Kafka.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Services;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka;

/// <summary>On each silo, for the partitions that it reads: consumers may be on any other.</summary>
[Alias("kafka-streams.parking"), GrainInterfaceType("kafka-streams.parking")]
internal interface IKafkaParkingService : IGrainService
{
    [Alias("park")]
    Task<bool> Park(string provider, int partition, StreamId stream, long offset, string reason, string? error, int attempts);

    [Alias("park-oldest")]
    Task<bool> ParkOldest(string provider, int partition, long offset, string reason, string? error);
}

[Reentrant]
internal sealed class KafkaParkingService(GrainId id, Silo silo, ILoggerFactory loggers, IServiceProvider services) : GrainService(id, silo, loggers), IKafkaParkingService
{
    public Task<bool> Park(string provider, int partition, StreamId stream, long offset, string reason, string? error, int attempts) =>
        ((KafkaStreamAdapterFactory)services.GetRequiredKeyedService<IQueueAdapterFactory>(provider)).GiveUpAsync(partition, stream, offset, reason, error, attempts);

    // A silo need not have every provider.
    public Task<bool> ParkOldest(string provider, int partition, long offset, string reason, string? error) =>
        services.GetKeyedService<IQueueAdapterFactory>(provider) is KafkaStreamAdapterFactory factory ? factory.GiveUpOldestAsync(partition, offset, reason, error) : Task.FromResult(false);
}
