using JobRequests.Streaming.Kafka.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Services;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka;

/// <summary>On each silo, for the partitions that it reads: consumers may be on any other.</summary>
[Alias("kafka-streams.dead-lettering"), GrainInterfaceType("kafka-streams.dead-lettering")]
internal interface IKafkaDeadLetterService : IGrainService
{
    [Alias("dead-letter")]
    Task<bool> DeadLetter(string provider, int partition, StreamId stream, long offset, string reason, string? error, int attempts);

    [Alias("dead-letter-oldest")]
    Task<bool> DeadLetterOldest(string provider, int partition, long offset, string reason, string? error);
}

[Reentrant]
internal sealed class KafkaDeadLetterService(GrainId id, Silo silo, ILoggerFactory loggers, IServiceProvider services)
    : GrainService(id, silo, loggers), IKafkaDeadLetterService
{
    public Task<bool> DeadLetter(string provider, int partition, StreamId stream, long offset, string reason, string? error, int attempts) =>
        ((KafkaStreamAdapterFactory)services.GetRequiredKeyedService<IQueueAdapterFactory>(provider))
            .GiveUpAsync(partition, stream, offset, reason, error, attempts);

    // A silo need not have every provider.
    public Task<bool> DeadLetterOldest(string provider, int partition, long offset, string reason, string? error) =>
        services.GetKeyedService<IQueueAdapterFactory>(provider) is KafkaStreamAdapterFactory factory
            ? factory.GiveUpOldestAsync(partition, offset, reason, error) : Task.FromResult(false);
}
