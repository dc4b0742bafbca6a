using JobRequests.Streaming.Kafka;

namespace JobRequests.Gateway.Hosting;

/// <summary>Only what the producer refused by itself, a full queue above all, is certainly not in the topic.</summary>
internal sealed class KafkaProduceFailureClassifier : IProduceFailureClassifier
{
    public bool IsCertainlyNotEnqueued(Exception exception)
    {
        return exception is KafkaProduceException { IsCertainlyNotEnqueued: true };
    }

    public bool IsTooLarge(Exception exception) => exception is KafkaProduceException { IsTooLarge: true };
}
