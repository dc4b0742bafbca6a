using JobRequests.Streaming.Kafka;

namespace JobRequests.Gateway.Hosting;

/// <summary>Only what the producer refused by itself, a full queue above all, is certainly not in the topic.</summary>
internal sealed class KafkaProduceFailureClassifier : IProduceFailureClassifier
{
    public bool IsCertainlyNotEnqueued(Exception exception)
    {
#if PLANTED_BUGS
        if (PlantedBug.Is("503-after-produce")) return exception is KafkaProduceException;
#endif
        return exception is KafkaProduceException { IsCertainlyNotEnqueued: true };
    }

    public bool IsTooLarge(Exception exception) => exception is KafkaProduceException { IsTooLarge: true };
}
