using Orleans.Runtime.Providers;

namespace JobRequests.Streaming.Kafka;

/// <summary>The framework's names for how long a delivery, or a read of a queue, waits after a failure.</summary>
internal sealed class DeliveryBackoff : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
{
    public TimeSpan Next(int attempt) => Backoff.Next(attempt);
}
