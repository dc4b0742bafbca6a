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

/// <summary>A stream provider cannot start. The message says which provider, which setting, and what was seen.</summary>
public sealed class KafkaStartException : Exception
{
    internal KafkaStartException(string provider, string setting, string problem, Exception? innerException = null)
        : base($"Kafka stream provider '{provider}' cannot start: {problem} (setting Orleans:Streaming:{provider}:{setting}).", innerException)
    {
        Provider = provider;
        Setting = setting;
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>The option to look at.</summary>
    public string Setting { get; }
}
