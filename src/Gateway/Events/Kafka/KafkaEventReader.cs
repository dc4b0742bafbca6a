using Confluent.Kafka;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Gateway.Events.Kafka;

/// <summary>
/// Reads the topic of facts into the feed: at first a bounded part of what is there, then what comes. After a fault it continues where it was;
/// where the log is another one by then, or cut, the feed is told of the gap.
/// </summary>
internal sealed partial class KafkaEventReader(
    FinalEventsTopic topic, FeedIntake intake, JobEventFeed feed, IOptions<FeedOptions> options, TimeProvider time, ILogger<KafkaEventReader> logger)
    : BackgroundService
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private string _said = "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    var (id, partitions) = await topic.DescribeAsync(stoppingToken);
                    // The client's calls block.
                    await Task.Factory.StartNew(
                        () => Read(id, partitions, stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    var reason = exception is KafkaException kafka ? kafka.Error.Reason : exception.Message;
                    if (reason != _said) NotReadable(logger, exception, topic.Name);
                    _said = reason;
                    await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops, or does not get to start.
        }
    }

    private void Read(ulong id, int partitions, CancellationToken stoppingToken)
    {
        using var consumer = topic.NewConsumer();
        var start = StartOf(consumer, id, partitions);
        consumer.Assign(start.Select((offset, partition) => new TopicPartitionOffset(topic.Name, partition, offset)));
        _said = "";
        while (!stoppingToken.IsCancellationRequested)
        {
            if (intake.IsFull)
            {
                Thread.Sleep(1);
                continue;
            }

            try
            {
                if (consumer.Consume(PollTime) is { IsPartitionEOF: false } consumed) intake.Write(topic.Decode(consumed));
            }
            catch (ConsumeException exception)
                when (exception.Error.Code is not (ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.UnknownTopicOrPart))
            {
                // A broker that is away comes back; the client continues by itself.
                ConsumeFailed(logger, exception, topic.Name, exception.Error.Code);
            }
        }

        consumer.Unassign();
    }

    private long[] StartOf(IConsumer<byte[]?, byte[]?> consumer, ulong id, int partitions)
    {
        var watermarks = Enumerable.Range(0, partitions).Select(partition => topic.Watermarks(consumer, partition)).ToArray();
        // What waits in the intake is not in the feed yet: it is read again and ignored there.
        if (feed.OffsetsOf(id) is { } known
            && known.Length == partitions
            && known.Zip(watermarks).All(each => each.First >= each.Second.Low.Value && each.First <= each.Second.High.Value))
            return known;

        var replay = (options.Value.Buffer + partitions - 1) / partitions;
        var start = watermarks.Select(each => Math.Max(each.Low.Value, each.High.Value - replay)).ToArray();
        intake.Write(new FeedInput.Opened(id, start));
        Reading(logger, topic.Name, partitions);
        return start;
    }

    [LoggerMessage(LogLevel.Information, "The feed reads topic {Topic}, {Partitions} partitions.")]
    private static partial void Reading(ILogger logger, string topic, int partitions);

    [LoggerMessage(LogLevel.Warning,
        "The feed cannot read topic {Topic}; it tries again. Live clients get no new events in the meantime (docs/operations.md#the-live-feed).")]
    private static partial void NotReadable(ILogger logger, Exception exception, string topic);

    [LoggerMessage(LogLevel.Warning, "Reading topic {Topic} for the feed failed: {Code}.")]
    private static partial void ConsumeFailed(ILogger logger, Exception exception, string topic, ErrorCode code);
}
