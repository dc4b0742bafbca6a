using Orleans.Providers.Streams.Common;

namespace JobRequests.Streaming.Kafka;

/// <summary>The place of a record that a consumer was given, and who reads it there: <see cref="KafkaDeadLettering"/> has to know.</summary>
[GenerateSerializer, Immutable, Alias("kafka-streams.token")]
public sealed class KafkaSequenceToken : EventSequenceTokenV2
{
    /// <summary>As a serializer makes it of a stored token. Nobody reads there any more: a record cannot be dead-lettered by it.</summary>
    /// <param name="partition">The record's partition.</param>
    /// <param name="sequenceNumber">Its offset.</param>
    public KafkaSequenceToken(int partition, long sequenceNumber)
        : base(sequenceNumber) => Partition = partition;

    internal KafkaSequenceToken(int partition, long offset, SiloAddress? reader)
        : this(partition, offset) => Reader = reader;

    /// <summary>The record's partition; its offset is the sequence number.</summary>
    [Id(0)]
    public int Partition { get; }

    [Id(1)]
    internal SiloAddress? Reader { get; }
}
