using System.Diagnostics;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka.Producing;

/// <summary>
/// One idempotent producer, shared by all that use the same brokers with the same settings. Its queue is bounded: when the broker does not
/// keep up, records are refused here, and certainly not enqueued. A producer that has failed for good is replaced by a new one.
/// </summary>
internal sealed partial class KafkaProducer : IDisposable
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, string> _settings;
    private readonly ILogger _logger;
    private readonly Action<Error>? _onError;
    private readonly Lock _gate = new();
    private Generation _current;
    private bool _isDisposed;

    public KafkaProducer(Dictionary<string, string> settings, ILogger logger, Action<Error>? onError = null)
    {
        (_settings, _logger, _onError) = (settings, logger, onError);
        _current = Build();
    }

    /// <summary>The last thing the client complained about: why a broker cannot be reached.</summary>
    public Error? LastError => Volatile.Read(ref _current).LastError;

    /// <summary>For questions to the broker over the producer's own connections.</summary>
    public IAdminClient CreateAdminClient() => new DependentAdminClientBuilder(Volatile.Read(ref _current).Producer.Handle).Build();

    /// <summary>Completes when all replicas in sync have the record. Throws <see cref="KafkaProduceException"/>, at once or by its task.</summary>
    /// <param name="topic">Where to.</param>
    /// <param name="record">What.</param>
    /// <param name="partition">By default the one of its key.</param>
    public Task<TopicPartitionOffset> ProduceAsync(string topic, KafkaOutgoingRecord record, int? partition = null)
    {
        // The report arrives on librdkafka's thread, which must not run what waits for it.
        var acknowledged = new TaskCompletionSource<TopicPartitionOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        var activity = KafkaTelemetry.Activities.StartActivity($"send {topic}", ActivityKind.Producer);
        activity?.SetTag("messaging.system", "kafka").SetTag("messaging.operation.type", "send").SetTag("messaging.operation.name", "send")
            .SetTag("messaging.destination.name", topic);
        var startedAt = Stopwatch.GetTimestamp();
        var message = new Message<byte[]?, byte[]?>
        { Key = Bytes(record.Key), Value = Bytes(record.Value), Headers = HeadersOf(record, activity ?? Activity.Current) };
        try
        {
            Volatile.Read(ref _current).Producer.Produce(
                new TopicPartition(topic, partition ?? Partition.Any), message, report => OnReport(topic, report, acknowledged, activity, startedAt));
        }
        catch (Exception exception)
        {
            var error = (exception as KafkaException)?.Error;
            Observe(topic, activity, startedAt, error?.Code.ToString() ?? exception.GetType().Name);
            acknowledged.SetException(new KafkaProduceException(
                topic, isCertainlyNotEnqueued: true, $"A record for {topic} was refused by the producer: {error?.Reason ?? exception.Message}.", exception)
            { IsTooLarge = error?.Code == ErrorCode.MsgSizeTooLarge });
        }

        return acknowledged.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        _current.Retire();
    }

    private static void OnReport(
        string topic, DeliveryReport<byte[]?, byte[]?> report, TaskCompletionSource<TopicPartitionOffset> acknowledged, Activity? activity, long startedAt)
    {
        if (!report.Error.IsError)
        {
            activity?.SetTag("messaging.destination.partition.id", report.Partition.Value).SetTag("messaging.kafka.offset", report.Offset.Value);
            Observe(topic, activity, startedAt, null);
            acknowledged.TrySetResult(report.TopicPartitionOffset);
            return;
        }

        Observe(topic, activity, startedAt, report.Error.Code.ToString());
        acknowledged.TrySetException(new KafkaProduceException(
            topic,
            isCertainlyNotEnqueued: false,
            $"A record for {topic} was not acknowledged; it may or may not be in the log: {report.Error.Reason}.",
            new KafkaException(report.Error))
        { IsTooLarge = report.Error.Code == ErrorCode.MsgSizeTooLarge });
    }

    private static void Observe(string topic, Activity? activity, long startedAt, string? error)
    {
        var tags = KafkaTelemetry.Tags(topic);
        if (error is not null) tags.Add("error.type", error);
        KafkaTelemetry.Sent.Add(1, tags);
        tags.Add("messaging.operation.name", "send");
        KafkaTelemetry.SendDuration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, tags);
        if (error is not null) activity?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
        activity?.Dispose();
    }

    private static Headers? HeadersOf(KafkaOutgoingRecord record, Activity? activity)
    {
        var headers = new Headers();
        var isComplete = record.IsComplete;
        foreach (var header in record.Headers)
        {
            headers.Add(header.Name, Bytes(header.Value));
            isComplete |= header.Name == "traceparent";
        }

        if (!isComplete && activity is not null)
            DistributedContextPropagator.Current.Inject(activity, headers, static (carrier, name, value) => ((Headers)carrier!)
                .Add(name, System.Text.Encoding.UTF8.GetBytes(value)));
        return headers.Count > 0 ? headers : null;
    }

    private static byte[]? Bytes(ReadOnlyMemory<byte>? memory) => memory is { } bytes ? Bytes(bytes) : null;

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();

    private Generation Build()
    {
        var generation = new Generation();
        generation.Producer = new ProducerBuilder<byte[]?, byte[]?>(_settings)
            .SetKeySerializer(Serializers.ByteArray)
            .SetValueSerializer(Serializers.ByteArray)
            .SetErrorHandler((_, error) => OnError(generation, error))
            .SetLogHandler((_, message) => LogClient(message.Facility, message.Message))
            .Build();
        return generation;
    }

    private void OnError(Generation generation, Error error)
    {
        generation.LastError = error;
        _onError?.Invoke(error);
        LogClientError(error.Code, error.Reason);
        if (!error.IsFatal) return;
        lock (_gate)
        {
            if (_isDisposed || _current != generation) return;
            Volatile.Write(ref _current, Build());
        }

        // Not on the client's own thread, which disposing waits for.
        Task.Run(generation.Retire);
    }

    private sealed class Generation
    {
        public IProducer<byte[]?, byte[]?> Producer { get; set; } = null!;

        public Error? LastError { get; set; }

        /// <summary>Disposes of the client once each of its records has its report: one that is disposed of earlier drops them.</summary>
        public void Retire()
        {
            Producer.Flush(FlushTime);
            Producer.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka producer: {Code}: {Reason}")]
    private partial void LogClientError(ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Kafka producer: {Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
