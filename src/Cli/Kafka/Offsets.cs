using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace JobRequests.Cli.Kafka;

/// <summary>Asks for offsets.</summary>
internal static class Offsets
{
    /// <summary>The first or the next offset of each partition.</summary>
    /// <exception cref="KafkaFailedException">Kafka does not say.</exception>
    public static Task<Dictionary<TopicPartition, long>> OfAsync(
        KafkaServer server, IAdminClient admin, IEnumerable<TopicPartition> partitions, OffsetSpec which) =>
        server.AskAsync(async () =>
        {
            var result = await admin.ListOffsetsAsync(
                partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = which }),
                new ListOffsetsOptions { RequestTimeout = KafkaServer.AnswerTimeout, IsolationLevel = IsolationLevel.ReadUncommitted });
            return result.ResultInfos.ToDictionary(info => info.TopicPartitionOffsetError.TopicPartition, info => info.TopicPartitionOffsetError.Offset.Value);
        });

    /// <summary>What the group has committed; partitions without a commit are left out.</summary>
    /// <exception cref="KafkaFailedException">Kafka does not say.</exception>
    public static Task<Dictionary<TopicPartition, long>> CommittedAsync(
        KafkaServer server, IAdminClient admin, IEnumerable<TopicPartition> partitions, string group) =>
        server.AskAsync(async () =>
        {
            var results = await admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, [.. partitions])], new ListConsumerGroupOffsetsOptions { RequestTimeout = KafkaServer.AnswerTimeout });
            return results.SelectMany(result => result.Partitions).Where(partition => !partition.Offset.IsSpecial)
                .ToDictionary(partition => partition.TopicPartition, partition => partition.Offset.Value);
        });
}
