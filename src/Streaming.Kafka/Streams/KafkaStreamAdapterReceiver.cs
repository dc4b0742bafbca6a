using JobRequests.Streaming.Kafka.Consuming;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>Reads one partition by a long poll: a record is on its way the moment it is fetched, and an idle partition costs nothing.</summary>
internal sealed class KafkaStreamAdapterReceiver(
    KafkaConsumerHub hub,
    KafkaPartition partition,
    KafkaQueueCache cache,
    IKafkaRecordDecoder decoder,
    IKafkaDeadLetterWriter deadLetterWriter,
    KafkaStreamOptions options,
    IKafkaConsumptionGate? gate)
    : IQueueAdapterReceiver
{
    private const int MaxRead = 1_000;

    // Bounds how long the agent's other duties (dropping idle streams) wait on an idle partition.
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SpacePoll = TimeSpan.FromMilliseconds(250);

    private Task _opening = Task.CompletedTask;

    public Task Initialize(TimeSpan timeout)
    {
        // Does not hold up the agent, and continues after the framework's timeout ends.
        _opening = hub.OpenAsync(partition);
        return Task.CompletedTask;
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        Watch(cancellationToken);
        if (cache.TakeReminders() is { Count: > 0 } reminders) return [.. reminders.Select(stream => new ReceivedRecords(stream, 0))];
        if (!cache.HasSpace || gate?.OpenFor <= TimeSpan.Zero)
        {
            await partition.WaitForSpaceAsync(SpacePoll, cancellationToken);
            return [];
        }

        await partition.Buffer.WaitAsync(LongPoll, cancellationToken);
        return partition.IsStopping ? [] : Decode(partition.Buffer.Take(MaxRead));
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public async Task Shutdown(TimeSpan timeout)
    {
        using (var drain = cache.Drain()) await drain.WaitAsync(timeout / 2);
        cache.FinishDrained();
        await hub.CloseAsync(partition, timeout);
        await _opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    // The agent cancels its token before it gives up anything. The cache is used on the agent's scheduler only.
    private void Watch(CancellationToken cancellationToken)
    {
        if (cancellationToken == partition.AgentStopping) return;
        partition.AgentStopping = cancellationToken;
        var agent = TaskScheduler.Current;
        partition.AgentScheduler = agent;
        cancellationToken.Register(() =>
        {
            if (TaskScheduler.Current == agent) cache.Drain();
        });
    }

    private List<IBatchContainer> Decode(List<TrackedRecord> records)
    {
        var streams = new Dictionary<StreamId, ReceivedRecords>();
        var received = new List<IBatchContainer>();
        foreach (var tracked in records)
        {
            partition.Enter(tracked.Record);
            var (result, error) = Decode(tracked.Record);
            switch (result)
            {
                case KafkaDecodeResult.Deliver deliver:
                    if (!streams.TryGetValue(deliver.Stream, out var stream))
                        received.Add(streams[deliver.Stream] = stream = new ReceivedRecords(deliver.Stream, tracked.Record.Offset));
                    stream.Records.Add(new CachedRecord(tracked, deliver.Item, deliver.RequestContext));
                    break;
                case KafkaDecodeResult.DeadLetter deadLetter:
                    deadLetterWriter.DeadLetter(tracked, deadLetter.Reason, error, attempts: 0);
                    break;
                default:
                    partition.Leave(tracked);
                    break;
            }
        }

        foreach (ReceivedRecords stream in received) cache.HoldBlocked(stream);
        // A stream of which nothing is left need not be registered: its consumer may be the one that cannot be activated.
        received.RemoveAll(static stream => ((ReceivedRecords)stream).Records.Count == 0);
        return received;
    }

    private (KafkaDecodeResult Result, string? Error) Decode(KafkaRecord record)
    {
        if (record.Size > options.MaxRecordBytes)
            return (new KafkaDecodeResult.DeadLetter("too-large"),
                $"The record has {record.Size} bytes; {nameof(options.MaxRecordBytes)} is {options.MaxRecordBytes}.");
        try
        {
            var result = decoder.Decode(record);
            return result switch
            {
                null => (new KafkaDecodeResult.DeadLetter("undecodable"), $"{decoder.GetType()} returned null."),
                KafkaDecodeResult.Deliver { Item: null } => (new KafkaDecodeResult.DeadLetter("undecodable"), $"{decoder.GetType()} returned no item."),
                KafkaDecodeResult.Deliver { Stream.Key.IsEmpty: true } =>
                    (new KafkaDecodeResult.DeadLetter("undecodable"), $"{decoder.GetType()} returned a stream without a key."),
                _ => (result, null),
            };
        }
        catch (Exception exception)
        {
            return (new KafkaDecodeResult.DeadLetter("undecodable"), exception.ToString());
        }
    }
}
