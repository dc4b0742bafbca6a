using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>
/// Says which subscription failed. The dead-lettering is done by the cursor, which knows the records, and whether the agent was stopping; the
/// agent tells it first. A silo that stops also comes here, with deliveries that are nobody's fault.
/// </summary>
internal sealed partial class KafkaFailureHandler(string provider, ILogger logger) : IStreamFailureHandler
{
    // The stream continues with its next record.
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        LogDeliveryFailed(provider, streamIdentity, sequenceToken, subscriptionId);
        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        LogSubscriptionFailed(provider, streamIdentity, subscriptionId);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Provider}: the delivery to stream {StreamId} at {SequenceToken}, subscription {SubscriptionId}, was abandoned.")]
    private partial void LogDeliveryFailed(string provider, StreamId streamId, StreamSequenceToken? sequenceToken, GuidId subscriptionId);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Provider}: the consumer of stream {StreamId}, subscription {SubscriptionId}, could not be reached; its partition stood still meanwhile.")]
    private partial void LogSubscriptionFailed(string provider, StreamId streamId, GuidId subscriptionId);
}
