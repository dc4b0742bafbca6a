using Orleans.Runtime.Providers;

namespace JobRequests.Streaming.Kafka;

/// <summary>100 ms at first, 5 s at most, with jitter.</summary>
internal static class Backoff
{
    public static TimeSpan Next(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(5000, 100 << Math.Min(attempt, 6)) * (0.5 + (Random.Shared.NextDouble() / 2)));
}

/// <summary>How long a delivery that failed waits for its next attempt. The framework begins with whole seconds.</summary>
internal sealed class DeliveryBackoff : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
{
    public TimeSpan Next(int attempt) => Backoff.Next(attempt);
}
