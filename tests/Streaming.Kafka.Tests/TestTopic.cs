using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Testing.Backends;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>A topic, its dead-letter topic and a consumer group of one test's own, and a plain client to look at them with.</summary>
internal sealed class TestTopic : IAsyncDisposable
{
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly int _deadLetterPartitions;
    private bool _isForeign;

    private TestTopic(string address, string name, int partitions, int deadLetterPartitions)
    {
        Address = address;
        Name = name;
        Partitions = partitions;
        _deadLetterPartitions = deadLetterPartitions;
        Admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = address }).SetLogHandler((_, _) => { }).Build();
        _producer = new ProducerBuilder<byte[]?, byte[]?>(
            new ProducerConfig { BootstrapServers = address, Acks = Acks.All, LingerMs = 0, Partitioner = Partitioner.Murmur2Random })
            .SetKeySerializer(Serializers.ByteArray)
            .SetValueSerializer(Serializers.ByteArray)
            .SetLogHandler((_, _) => { })
            .Build();
    }

    public string Address { get; }

    public string Name { get; }

    public string DeadLetters => $"{Name}.dead-letter";

    public string Group => $"{Name}.group";

    public int Partitions { get; }

    public IAdminClient Admin { get; }

    public static async Task<TestTopic> CreateAsync(int partitions = 1, int deadLetterPartitions = 1)
    {
        var topic = new TestTopic(await Servers.KafkaAsync(), $"t{Guid.NewGuid():N}", partitions, deadLetterPartitions);
        await topic.MakeAsync(topic.Name, topic.DeadLetters);
        return topic;
    }

    /// <summary>A topic that another process has made, and will delete.</summary>
    public static async Task<TestTopic> UseAsync(string name, int partitions) =>
        new(await Servers.KafkaAsync(), name, partitions, deadLetterPartitions: 1) { _isForeign = true };

    public async Task MakeAsync(params string[] names)
    {
        await Admin.CreateTopicsAsync(names.Select(
            name => new TopicSpecification { Name = name, NumPartitions = name == DeadLetters ? _deadLetterPartitions : Partitions, ReplicationFactor = 1 }));
        await Eventually.IsTrueAsync(() => HaveLeadersAsync(names), () => "the topics to have leaders");
    }

    private async Task<bool> HaveLeadersAsync(string[] names)
    {
        try
        {
            var found = await Admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(names));
            return found.TopicDescriptions.All(topic => topic.Partitions.All(partition => partition.Leader is { Id: >= 0 }));
        }
        catch (DescribeTopicsException)
        {
            // The broker does not know them all yet.
            return false;
        }
    }

    public void Configure(KafkaStreamOptions options)
    {
        options.BootstrapServers = Address;
        options.Topic = Name;
        options.ConsumerGroup = Group;
    }

    public Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(string key, string value, params (string Name, string Value)[] headers) => ProduceAsync(
        Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), headers);

    public Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(byte[]? key, byte[]? value, params (string Name, string Value)[] headers) =>
        ProduceAsync(Name, key, value, headers.Select(static header => new KafkaHeader(header.Name, Encoding.UTF8.GetBytes(header.Value))));

    /// <summary>As a provider does that dead-letters here; unsigned without a signer.</summary>
    public Task<DeliveryResult<byte[]?, byte[]?>> DeadLetterAsync(string key, string value, DeadLetterOrigin origin, IKafkaMarkSigner? signer = null)
    {
        var (keyBytes, valueBytes) = (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        return ProduceAsync(
            DeadLetters, keyBytes, valueBytes, MarkSignature.Sign(signer, DeadLetters, 0, keyBytes, valueBytes, DeadLetterRecord.Write(origin, [])));
    }

    public Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(string topic, byte[]? key, byte[]? value, IEnumerable<KafkaHeader> headers)
    {
        var message = new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = [] };
        foreach (var header in headers) message.Headers.Add(header.Name, header.Value.ToArray());
        return _producer.ProduceAsync(topic, message);
    }

    /// <summary>Everything in a topic, from its beginning to where it ends now.</summary>
    public List<ConsumeResult<byte[]?, byte[]?>> ReadAll(string topic, int partitions = 1)
    {
        using var consumer = Consumer("reader");
        var records = new List<ConsumeResult<byte[]?, byte[]?>>();
        for (var partition = 0; partition < partitions; partition++)
        {
            var end = consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), TimeSpan.FromSeconds(10)).High.Value;
            consumer.Assign(new TopicPartitionOffset(topic, partition, Offset.Beginning));
            while (end > 0 && consumer.Consume(TimeSpan.FromSeconds(10)) is { } record)
            {
                if (!record.IsPartitionEOF) records.Add(record);
                if (record.Offset.Value >= end - 1) break;
            }
        }

        return records;
    }

    public async Task<long?> CommittedAsync(int partition = 0)
    {
        var found = await Admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(Group, [new TopicPartition(Name, partition)])]);
        var offset = found[0].Partitions[0].Offset;
        return offset == Offset.Unset ? null : offset.Value;
    }

    public void Commit(long offset, int partition = 0)
    {
        using var consumer = Consumer(Group);
        consumer.Commit([new TopicPartitionOffset(Name, partition, offset)]);
    }

    public Task UntilCommittedAsync(long offset, int partition = 0)
    {
        long? seen = null;
        return Eventually.IsTrueAsync(async () => (seen = await CommittedAsync(partition)) == offset, () => $"{offset} to be committed; it is {seen}");
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        if (!_isForeign) await Admin.DeleteTopicsAsync([Name, DeadLetters]);
        Admin.Dispose();
    }

    private IConsumer<byte[]?, byte[]?> Consumer(string group) =>
        new ConsumerBuilder<byte[]?, byte[]?>(
            new ConsumerConfig { BootstrapServers = Address, GroupId = group, EnableAutoCommit = false, EnablePartitionEof = true })
            .SetKeyDeserializer(Deserializers.ByteArray)
            .SetValueDeserializer(Deserializers.ByteArray)
            .SetLogHandler((_, _) => { })
            .Build();
}
