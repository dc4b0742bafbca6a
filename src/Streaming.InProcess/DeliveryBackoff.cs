using Orleans.Runtime.Providers;

namespace JobRequests.Streaming.InProcess;

/// <summary>How long a delivery that failed waits for its next attempt: 100 ms at first, 5 s at most. The framework begins with whole seconds.</summary>
internal sealed class DeliveryBackoff : IMessageDeliveryBackoffProvider
{
    public TimeSpan Next(int attempt) => Backoff.Next(attempt);
}
