using Confluent.Kafka;
using JobRequests.Grains.Abstractions;
using JobRequests.Records;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobRequests.Verification;

/// <summary>
/// The topics of a cluster, read with a plain consumer that joins no group and commits nothing. Records are decoded as the silos decode them,
/// signatures included.
/// </summary>
public sealed class KafkaRecordSource : IRecordSource
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _codecs;
    private readonly CommandRecordCodec _commands;
    private readonly EventRecordCodec _events;
    private readonly IKafkaMarkSigner _signer;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IAdminClient _admin;
    private readonly Dictionary<string, RecordTopic> _topics;
    private readonly Dictionary<TopicPartition, long> _next = [];
    private readonly HashSet<RecordTopic> _cut = [];
    private readonly string _requests;
    private Dictionary<int, long> _committed = [];

    private KafkaRecordSource(IConfiguration configuration, string servers)
    {
        Name = $"Kafka at {servers}";
        _codecs = ServerSettings.Records(configuration);
        _commands = _codecs.GetRequiredService<CommandRecordCodec>();
        _events = _codecs.GetRequiredService<EventRecordCodec>();
        _signer = _codecs.GetRequiredKeyedService<IKafkaMarkSigner>(StreamNames.Requests);
        _requests = ServerSettings.Topic(configuration, StreamNames.Requests);
        _topics = new Dictionary<string, RecordTopic>(StringComparer.Ordinal)
        {
            [_requests] = RecordTopic.Requests,
            [ServerSettings.Topic(configuration, StreamNames.FinalEvents)] = RecordTopic.FinalEvents,
            [ServerSettings.DeadLetterTopic(configuration)] = RecordTopic.DeadLetters,
        };
        var settings = new Dictionary<string, string>(ServerSettings.KafkaClient(configuration), StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = servers,
            ["allow.auto.create.topics"] = "false",
        };
        _admin = new AdminClientBuilder(settings).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        // The group's name only says whose committed offsets are asked for: partitions are assigned by hand.
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(new Dictionary<string, string>(settings, StringComparer.Ordinal)
        {
            ["group.id"] = ServerSettings.ConsumerGroup(configuration),
            ["enable.auto.commit"] = "false",
            ["enable.auto.offset.store"] = "false",
            ["enable.partition.eof"] = "true",
            ["auto.offset.reset"] = "earliest",
            ["max.partition.fetch.bytes"] = "8388608",
        }).SetKeyDeserializer(Raw.Instance)
            .SetValueDeserializer(Raw.Instance)
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler(static (_, _) => { })
            .Build();
    }

    public string Name { get; }

    /// <summary>The servers that the settings name.</summary>
    /// <exception cref="VerificationException">No server is named, or <c>Records:Secrets</c> are missing or wrong.</exception>
    public static KafkaRecordSource Open(IConfiguration configuration)
    {
        var servers = ServerSettings.Kafka(configuration)
            ?? throw new VerificationException("No Kafka is named: set ConnectionStrings__kafka, or KAFKA, to its host:port.");
        try
        {
            return new KafkaRecordSource(configuration, servers);
        }
        catch (OptionsValidationException exception)
        {
            throw new VerificationException(
                $"Records cannot be judged without their secrets, those that the silos have: {string.Join("; ", exception.Failures)}", exception);
        }
        catch (Exception exception) when (exception is KafkaException or ArgumentException or InvalidOperationException)
        {
            throw new VerificationException($"The settings of Kafka's client are wrong: {exception.Message}", exception);
        }
    }

    public bool IsWhole(RecordTopic topic) => !_cut.Contains(topic);

    public bool IsFinished(LogPosition position) => _committed.TryGetValue(position.Partition, out var committed) && position.Offset < committed;

    public async Task ReadOnAsync(Action<RecordTopic, KafkaRecord> onRecord, CancellationToken cancellationToken)
    {
        try
        {
            // The client's calls block.
            await Task.Run(() => ReadOn(onRecord, cancellationToken), cancellationToken);
        }
        catch (KafkaException exception)
        {
            throw new VerificationException($"{Name} cannot be read: {exception.Error.Reason}", exception);
        }
    }

    public RequestEvidence DecodeRequest(KafkaRecord record)
    {
        var position = new LogPosition(record.Partition, record.Offset);
        var (command, problem) = Read(_commands.Read, record);
        return new RequestEvidence(position, command, command is null ? problem : null, IsFinished(position));
    }

    public EventEvidence? DecodeEvent(KafkaRecord record) =>
        Read(_events.Read, record) is ({ } jobEvent, _) ? new EventEvidence(new LogPosition(record.Partition, record.Offset), jobEvent) : null;

    public DeadLetterEvidence DecodeDeadLetters(KafkaRecord record)
    {
        var origin = MarkSignature.IsGenuine(_signer, record) ? DeadLetterRecord.Read(record.Headers) : null;
        return new DeadLetterEvidence(
            new LogPosition(record.Partition, record.Offset), origin is not null && origin.Topic == _requests
                ? new LogPosition(origin.Partition, origin.Offset)
                : null, origin?.Reason);
    }

    public async ValueTask DisposeAsync()
    {
        _consumer.Close();
        _consumer.Dispose();
        _admin.Dispose();
        await _codecs.DisposeAsync();
    }

    private void ReadOn(Action<RecordTopic, KafkaRecord> onRecord, CancellationToken cancellationToken)
    {
        var partitions = _topics.SelectMany(topic => Partitions(topic.Key)).ToList();
        // Before the ends: what is committed by now is in the topic by then.
        _committed = _consumer.Committed(partitions.Where(partition => partition.Topic == _requests), AnswerTimeout)
            .Where(found => found.Offset != Offset.Unset)
            .ToDictionary(found => found.Partition.Value, found => found.Offset.Value);

        var ends = new Dictionary<TopicPartition, long>();
        foreach (var partition in partitions)
        {
            var watermarks = _consumer.QueryWatermarkOffsets(partition, AnswerTimeout);
            if (watermarks.Low.Value > 0) _cut.Add(_topics[partition.Topic]);
            var next = Math.Max(_next.GetValueOrDefault(partition), watermarks.Low.Value);
            _next[partition] = next;
            if (watermarks.High.Value > next) ends[partition] = watermarks.High.Value;
        }

        _consumer.Assign(ends.Keys.Select(partition => new TopicPartitionOffset(partition, _next[partition])));
        Consume(ends, onRecord, cancellationToken);
        _consumer.Unassign();
    }

    private void Consume(Dictionary<TopicPartition, long> ends, Action<RecordTopic, KafkaRecord> onRecord, CancellationToken cancellationToken)
    {
        var timeout = Environment.TickCount64 + (long)Standstill.TotalMilliseconds;
        while (ends.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_consumer.Consume(TimeSpan.FromMilliseconds(200)) is not { } consumed)
            {
                if (Environment.TickCount64 > timeout)
                    throw new VerificationException(
                        $"{Name} stands still: for {Standstill.TotalSeconds:0} s no record came, and {string.Join(", ", ends.Keys)} are not at their end.");
                continue;
            }

            timeout = Environment.TickCount64 + (long)Standstill.TotalMilliseconds;
            var partition = consumed.TopicPartition;
            if (!ends.TryGetValue(partition, out var end)) continue;
            if (!consumed.IsPartitionEOF && consumed.Offset.Value < end)
            {
                onRecord(_topics[consumed.Topic], ToRecord(consumed));
                _next[partition] = consumed.Offset.Value + 1;
            }

            // The last offsets may hold no record: marks of transactions, or what compaction took.
            if (consumed.Offset.Value < end - 1) continue;
            _next[partition] = end;
            ends.Remove(partition);
        }
    }

    private IEnumerable<TopicPartition> Partitions(string topic)
    {
        var found = _admin.GetMetadata(topic, AnswerTimeout).Topics.SingleOrDefault(each => each.Topic == topic);
        if (found is null || found.Error.IsError || found.Partitions.Count == 0)
            throw new VerificationException(
                $"{Name} has no topic '{topic}': give the settings that the silos run with (Orleans__Streaming__requests__Topic and so on, or --settings).");
        return found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId));
    }

    private static KafkaRecord ToRecord(ConsumeResult<byte[]?, byte[]?> consumed) => new(
        consumed.Topic,
        consumed.Partition.Value,
        consumed.Offset.Value,
        consumed.Message.Timestamp.Type == TimestampType.NotAvailable
            ? DateTimeOffset.UnixEpoch
            : DateTimeOffset.FromUnixTimeMilliseconds(consumed.Message.Timestamp.UnixTimestampMs),
        Memory(consumed.Message.Key),
        Memory(consumed.Message.Value),
        [.. (consumed.Message.Headers ?? []).Select(header => new KafkaHeader(header.Key, header.GetValueBytes() ?? []))]);

    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes.AsMemory();

    // A silo dead-letters what its decoder throws on, too.
    private static (T? Item, string Problem) Read<T>(Func<KafkaRecord, (T? Item, string Problem)> read, KafkaRecord record)
        where T : class
    {
        try
        {
            return read(record);
        }
        catch (Exception exception)
        {
            return (null, exception.Message);
        }
    }

    private sealed class Raw : IDeserializer<byte[]?>
    {
        public static readonly Raw Instance = new();

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
    }
}
