using Orleans.Providers.Streams.Common;

namespace JobRequests.Streaming.Kafka;

/// <summary>The place of a record that a consumer was given, and who reads it there: <see cref="KafkaParking"/> has to know.</summary>
[GenerateSerializer, Immutable, Alias("kafka-streams.token")]
public sealed class KafkaSequenceToken : EventSequenceTokenV2
{
    internal KafkaSequenceToken(int partition, long offset, SiloAddress? reader)
        : base(offset) => (Partition, Reader) = (partition, reader);

    /// <summary>The record's partition; its offset is the sequence number.</summary>
    [Id(0)]
    public int Partition { get; }

    [Id(1)]
    internal SiloAddress? Reader { get; }
}
