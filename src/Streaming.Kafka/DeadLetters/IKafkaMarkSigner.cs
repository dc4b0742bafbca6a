namespace JobRequests.Streaming.Kafka;

/// <summary>
/// Vouches for what silos and operators write to the dead-letter topic: copies, and the marks that replays leave. Register it as a keyed
/// singleton under the provider's name. Without one, whatever stands in that topic is believed.
/// </summary>
public interface IKafkaMarkSigner
{
    /// <summary>Signs what a record says, its place included.</summary>
    byte[] Sign(ReadOnlySpan<byte> content);

    /// <summary>Whether a silo or an operator of this cluster has signed exactly this.</summary>
    bool IsGenuine(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature);
}
