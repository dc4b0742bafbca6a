using System.Text;
using Confluent.Kafka;
using JobRequests.Records;
using JobRequests.Streaming.Kafka;
using JobRequests.Testing.Backends;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace JobRequests.Cli.Tests.Kafka;

/// <summary>Topics of one test's own on the real broker, and jobctl beside them.</summary>
internal sealed class KafkaUnderTest : IAsyncDisposable
{
    private static readonly string Secret = Convert.ToBase64String(new byte[32]);

    private readonly IKafkaMarkSigner _signer;
    private readonly IProducer<byte[]?, byte[]?> _producer;

    private KafkaUnderTest(string address)
    {
        Address = address;
        Jobctl["KAFKA"] = address;
        Jobctl["ConnectionStrings__kafka"] = null;
        Jobctl["Records__Secrets__1"] = Secret;
        Jobctl["Orleans__ServiceId"] = Prefix;
        _signer = new RecordSignature(
            Options.Create(new SigningOptions { Secrets = { ["1"] = Secret } }), Options.Create(new ClusterOptions { ServiceId = Prefix }));
        Admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = address }).Build();
        _producer = new ProducerBuilder<byte[]?, byte[]?>(
            new ProducerConfig { BootstrapServers = address, Acks = Acks.All, LingerMs = 0, MessageMaxBytes = 4_000_000 }).Build();
    }

    public string Address { get; }

    public string Prefix { get; } = $"t{Guid.NewGuid():N}-"[..12] + "-";

    public string Group => Prefix + "silos";

    public Jobctl Jobctl { get; } = new();

    public IAdminClient Admin { get; }

    public static async Task<KafkaUnderTest> StartAsync(int? partitions = null)
    {
        var kafka = new KafkaUnderTest(await Servers.KafkaAsync());
        if (partitions is { } count) Assert.Equal(0, (await kafka.RunAsync("topics", "create", "--partitions", $"{count}")).Code);
        return kafka;
    }

    public string Topic(string name) => Prefix + name;

    public Task<Run> RunAsync(params string[] arguments) => Jobctl.RunAsync([.. arguments, "--prefix", Prefix, "--group", Group]);

    public async Task<long> WriteAsync(string topic, int partition, byte[]? key, byte[]? value, params KafkaHeader[] headers)
    {
        var message = new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = [] };
        foreach (var header in headers) message.Headers.Add(header.Name, header.Value.ToArray());
        return (await _producer.ProduceAsync(new TopicPartition(Topic(topic), partition), message)).Offset.Value;
    }

    public Task<long> WriteAsync(string topic, int partition, string key, string value) => WriteAsync(topic, partition, Bytes(key), Bytes(value));

    /// <summary>A record as a silo dead-letters it.</summary>
    public Task<long> DeadLetterAsync(
        int partition, string key, byte[] value, string? origin = null, int? originPartition = null, params KafkaHeader[] headers) => DeadLetterAsync(
        partition, key, value,
        DeadLetterRecord.Write(new DeadLetterOrigin(origin ?? Topic("requests"), originPartition
            ?? partition, 41, DateTimeOffset.UnixEpoch, "poison", "it\nis broken", 3, DateTimeOffset.UtcNow.AddMinutes(-5)), headers));

    /// <summary>A dead letter with these headers, signed.</summary>
    public Task<long> DeadLetterAsync(int partition, string key, byte[]? value, IReadOnlyList<KafkaHeader> headers) => WriteAsync(
        "requests.dead-letter", partition, Bytes(key), value,
        [.. MarkSignature.Sign(_signer, Topic("requests.dead-letter"), partition, Bytes(key), value is null ? (ReadOnlyMemory<byte>?)null : value, headers)]);

    public Task CommitAsync(string topic, int partition, long next) => Admin.AlterConsumerGroupOffsetsAsync(
        [new ConsumerGroupTopicPartitionOffsets(Group, [new TopicPartitionOffset(Topic(topic), partition, next)])]);

    /// <summary>Everything that one partition holds.</summary>
    public List<ConsumeResult<byte[]?, byte[]?>> Read(string topic, int partition)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(
            new ConsumerConfig { BootstrapServers = Address, GroupId = "unused", EnablePartitionEof = true, EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset(Topic(topic), partition, Offset.Beginning));
        var records = new List<ConsumeResult<byte[]?, byte[]?>>();
        while (true)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException($"Nothing came from {topic} {partition} for 20 s.");
            if (record.IsPartitionEOF) return records;
            records.Add(record);
        }
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public async ValueTask DisposeAsync()
    {
        var topics = Admin.GetMetadata(TimeSpan.FromSeconds(20)).Topics.Select(topic => topic.Topic)
            .Where(topic => topic.StartsWith(Prefix, StringComparison.Ordinal))
            .ToList();
        if (topics.Count > 0) await Admin.DeleteTopicsAsync(topics);
        _producer.Dispose();
        Admin.Dispose();
        Jobctl.Dispose();
    }
}
