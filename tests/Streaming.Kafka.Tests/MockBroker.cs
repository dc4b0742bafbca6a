using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>
/// librdkafka's own mock of a broker: the real protocol on loopback, and faults that no real broker gives on demand. An empty fetch waits its
/// whole time there, so nothing about speed can be learned from it.
/// </summary>
internal sealed class MockBroker : IDisposable
{
    public const short Produce = 0;
    public const short Fetch = 1;
    public const short OffsetCommit = 8;
    public const short OffsetFetch = 9;

    private readonly Native _native = Native.Bind();
    private readonly nint _client;
    private readonly nint _cluster;

    public MockBroker(int partitions = 1)
    {
        var error = new byte[512];
        var settings = _native.ConfNew();
        // The client that hosts the mock has no broker itself, and would say so.
        _native.ConfSet(settings, "log_level", "2", error, error.Length);
        _client = _native.New(0, settings, error, error.Length);
        if (_client == 0) throw new InvalidOperationException(Encoding.UTF8.GetString(error));
        _cluster = _native.ClusterNew(_client, 1);
        Address = Marshal.PtrToStringUTF8(_native.Bootstraps(_cluster))!;
        foreach (var topic in new[] { Topic, DeadLetters })
            if (_native.TopicCreate(_cluster, topic, topic == Topic ? partitions : 1, 1) is not 0 and var code)
                throw new InvalidOperationException($"The topic was not made: {code.ToString(CultureInfo.InvariantCulture)}.");
    }

    public string Address { get; }

    public string Topic => "orders";

    public string DeadLetters => "orders.dead-letter";

    public void Configure(KafkaStreamOptions options)
    {
        options.BootstrapServers = Address;
        options.Topic = Topic;
        options.ConsumerGroup = "shop";
        options.ChecksRecordSize = false;
    }

    /// <summary>The next requests of a kind get these answers, one each.</summary>
    public void Push(short request, params ErrorCode[] errors) => _native.PushErrors(_cluster, request, errors.Length, [.. errors.Select(error => (int)error)]);

    public void SetDown() => _native.SetDown(_cluster, 1);

    public void SetUp() => _native.SetUp(_cluster, 1);

    public long? Committed()
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = Address, GroupId = "shop" })
            .SetLogHandler((_, _) => { })
            .Build();
        var offset = consumer.Committed([new TopicPartition(Topic, 0)], TimeSpan.FromSeconds(10))[0].Offset;
        return offset == Offset.Unset ? null : offset.Value;
    }

    public async Task ProduceAsync(string key, string value)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = Address, LingerMs = 0 })
            .SetLogHandler((_, _) => { })
            .Build();
        await producer.ProduceAsync(Topic, new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) });
    }

    public List<string> ReadAll(string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = Address, GroupId = "reader", EnablePartitionEof = true })
            .SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var values = new List<string>();
        while (consumer.Consume(TimeSpan.FromSeconds(10)) is { IsPartitionEOF: false } record) values.Add(Encoding.UTF8.GetString(record.Message.Value));
        return values;
    }

    public void Dispose()
    {
        _native.ClusterDestroy(_cluster);
        _native.Destroy(_client);
    }

    private sealed record Native(
        Native.ConfNewCall ConfNew, Native.ConfSetCall ConfSet, Native.NewCall New, Native.HandleCall Destroy, Native.ClusterNewCall ClusterNew,
        Native.HandleCall ClusterDestroy,
        Native.BootstrapsCall Bootstraps, Native.TopicCreateCall TopicCreate, Native.PushErrorsCall PushErrors, Native.BrokerCall SetDown,
        Native.BrokerCall SetUp)
    {
        public delegate nint ConfNewCall();

        public delegate int ConfSetCall(
            nint settings, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, byte[] error, nint errorSize);

        public delegate nint NewCall(int type, nint conf, byte[] error, nint errorSize);

        public delegate void HandleCall(nint handle);

        public delegate nint ClusterNewCall(nint client, int brokers);

        public delegate nint BootstrapsCall(nint cluster);

        public delegate int TopicCreateCall(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

        public delegate void PushErrorsCall(nint cluster, short request, nint count, int[] errors);

        public delegate int BrokerCall(nint cluster, int broker);

        /// <summary>To the very file that Confluent.Kafka has loaded, which differs by system.</summary>
        public static Native Bind()
        {
            _ = Library.Version;
            var file = Process.GetCurrentProcess().Modules.Cast<ProcessModule>()
                .Select(module => module.FileName)
                .First(name => Path.GetFileName(name).Contains("librdkafka", StringComparison.Ordinal));
            var library = NativeLibrary.Load(file);
            return new Native(
                Find<ConfNewCall>("rd_kafka_conf_new"),
                Find<ConfSetCall>("rd_kafka_conf_set"),
                Find<NewCall>("rd_kafka_new"),
                Find<HandleCall>("rd_kafka_destroy"),
                Find<ClusterNewCall>("rd_kafka_mock_cluster_new"),
                Find<HandleCall>("rd_kafka_mock_cluster_destroy"),
                Find<BootstrapsCall>("rd_kafka_mock_cluster_bootstraps"),
                Find<TopicCreateCall>("rd_kafka_mock_topic_create"),
                Find<PushErrorsCall>("rd_kafka_mock_push_request_errors_array"),
                Find<BrokerCall>("rd_kafka_mock_broker_set_down"),
                Find<BrokerCall>("rd_kafka_mock_broker_set_up"));

            T Find<T>(string name)
                where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
        }
    }
}
