using Confluent.Kafka;
using JobRequests.Streaming.Kafka.Streams;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Streaming.Kafka;

/// <summary>Asks the broker for the provider's topics, and whether this silo's consumer reads.</summary>
internal sealed class KafkaStreamHealthCheck(string provider, Func<KafkaStreamAdapterFactory> factory) : IHealthCheck
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var streams = factory();
        try
        {
            var (partitions, _) = await streams.Check.CheckAsync(AnswerTime, cancellationToken);
            if (!streams.IsStarted) return Unhealthy($"Kafka stream provider '{provider}' has not started yet.");
            if (partitions != streams.PartitionCount)
                return Unhealthy($"The topic of Kafka stream provider '{provider}' has {partitions} partitions; when this process started it had "
                    + $"{streams.PartitionCount}. Nobody reads the new ones.");
            if (streams.Gate is { } gate && gate.OpenFor <= TimeSpan.Zero)
                return Unhealthy(
                    $"Kafka stream provider '{provider}' takes nothing from its topic: what its consumers need does not answer. It goes on by itself.");
            if (streams.Hub is { IsAlive: false }) return Unhealthy($"The consumer of Kafka stream provider '{provider}' stands still.");
            return streams.Stalled is { Count: > 0 } stalled
                ? HealthCheckResult.Degraded(
                    $"Kafka stream provider '{provider}' stands still on {string.Join(", ", stalled.Select(Name))}: neither delivered nor dead-lettered. "
                        + "The records behind wait.")
                : HealthCheckResult.Healthy($"{partitions} partitions, {streams.Hub?.GetPartitions().Count ?? 0} of them read here.");
        }
        catch (KafkaException exception)
        {
            return Unhealthy($"Kafka stream provider '{provider}' gets no answer from its broker: {exception.Error.Reason}", exception);
        }
        catch (KafkaStartException exception)
        {
            return Unhealthy(exception.Message, exception);
        }

        static string Name(KafkaPartitionStatus at) => $"record {at.Partition}:{at.NextToFinish} for {at.OldestUncommittedAge:d\\.hh\\:mm\\:ss}";

        HealthCheckResult Unhealthy(string description, Exception? exception = null) => new(context.Registration.FailureStatus, description, exception);
    }
}
