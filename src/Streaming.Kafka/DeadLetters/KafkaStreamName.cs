namespace JobRequests.Streaming.Kafka;

/// <summary>A stream as dead letters name it: by the text of its id. Tools that read them do without the runtime of Orleans.</summary>
/// <param name="Text">Namespace, slash, key.</param>
public readonly record struct KafkaStreamName(string Text)
{
    /// <summary>The stream's key.</summary>
    public string Key => Text[(Text.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The name of a stream of Orleans.</summary>
    public static implicit operator KafkaStreamName(StreamId stream) => new(stream.ToString());

    /// <inheritdoc/>
    public override string ToString() => Text;
}
