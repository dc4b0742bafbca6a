namespace JobRequests.Streaming.Kafka;

/// <summary>
/// Writes records for one stream provider: register it as a keyed singleton under the provider's name. Without one, the key is the
/// stream's key, a header names the stream's namespace, and the value is the item in Orleans' own serialization.
/// </summary>
public interface IKafkaRecordEncoder
{
    /// <summary>
    /// Makes one record of one item, in the producer's call: what of <see cref="RequestContext"/> is to travel, it puts into headers. Called by
    /// several threads at once. What it throws refuses the whole call of the producer.
    /// </summary>
    KafkaOutgoingRecord Encode(StreamId stream, object item);
}
