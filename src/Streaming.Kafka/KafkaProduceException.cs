namespace JobRequests.Streaming.Kafka;

/// <summary>A record was not acknowledged by the broker.</summary>
public sealed class KafkaProduceException : Exception
{
    internal KafkaProduceException(string topic, bool isCertainlyNotEnqueued, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Topic = topic;
        IsCertainlyNotEnqueued = isCertainlyNotEnqueued;
    }

    /// <summary>The topic it was meant for.</summary>
    public string Topic { get; }

    /// <summary>
    /// True when the record was refused in this process, before anything could have reached the broker: the queue is full, the record too
    /// large, or it could not be encoded. False when nobody knows: it may yet be delivered.
    /// </summary>
    public bool IsCertainlyNotEnqueued { get; }

    /// <summary>True when the record is larger than the topic takes: it would be refused each time.</summary>
    public bool IsTooLarge { get; internal init; }
}
