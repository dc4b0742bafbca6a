using Confluent.Kafka;
using JobRequests.Streaming.Kafka.Producing;

namespace JobRequests.Streaming.Kafka;

/// <summary>Writes to a dead-letter topic, signed where somebody signs: copies of records, and the marks that replays leave.</summary>
internal sealed class DeadLetterTopicWriter(KafkaProducer producer, string topic, IKafkaMarkSigner? signer)
{
    public string Topic => topic;

    public Task<TopicPartitionOffset> WriteAsync(int partition, KafkaOutgoingRecord record) => producer.ProduceAsync(
        topic,
        record with { Headers = MarkSignature.Sign(signer, topic, partition, record.Key, record.Value, record.Headers), IsComplete = true },
        partition);
}
