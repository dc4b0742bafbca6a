using Confluent.Kafka;
using JobRequests.Streaming.Kafka.Producing;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobRequests.Streaming.Kafka;

/// <summary>What a replay does with a copy.</summary>
public enum DeadLetterStep
{
    /// <summary>It would be replayed.</summary>
    WouldReplay,

    /// <summary>It was replayed, and the broker has acknowledged it.</summary>
    Replayed,

    /// <summary>It cannot be replayed. It is not looked at again, unless another secret has signed it.</summary>
    LeftOut,
}

/// <summary>
/// Puts dead letters back where they came from: key, value and headers as they were, into their partition. The records of a blocked stream
/// go back in the order in which they were first written; when the silos have handled them the block ends. Those that fail once more are
/// dead-lettered again, with all that was behind them. Whatever cuts a replay off, the next one continues; what is replayed twice its consumers must
/// recognise, as any repeat.
/// </summary>
/// <param name="deadLetters">The dead-letter topic.</param>
/// <param name="onStep">Told of each copy, and why it is left out.</param>
public sealed partial class KafkaReplay(KafkaDeadLetterTopic deadLetters, Action<DeadLetterStep, DeadLetterCopy, string?>? onStep = null)
{
    private const int MarkedAtOnce = 500;

    // Of the topics that records may be replayed into.
    private Dictionary<string, int> _partitions = [];
    private int _replayed;
    private int _leftOut;
    private readonly HashSet<KafkaStreamName> _ended = [];
    private readonly HashSet<KafkaStreamName> _failedAgain = [];
    private readonly HashSet<KafkaStreamName> _unfinished = [];

    /// <summary>Copies replayed; in a dry run those that would be.</summary>
    public int Replayed => Volatile.Read(ref _replayed);

    /// <summary>Copies that cannot be replayed.</summary>
    public int LeftOut => Volatile.Read(ref _leftOut);

    /// <summary>Streams whose block has ended; in a dry run those that have one.</summary>
    public IReadOnlyCollection<KafkaStreamName> Ended => _ended;

    /// <summary>Streams of which a record has failed again: they are blocked as before.</summary>
    public IReadOnlyCollection<KafkaStreamName> FailedAgain => _failedAgain;

    /// <summary>Streams that no silo has handled in time, or whose records kept coming: the next replay continues with them.</summary>
    public IReadOnlyCollection<KafkaStreamName> Unfinished => _unfinished;

    /// <summary>How long it waits for the silos to handle what it has replayed.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <param name="selects">Which copies; all where it is null. All of a blocked stream's copies, or none.</param>
    /// <param name="again">Also those that are settled, where no block holds them.</param>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <exception cref="KafkaException">Kafka did not take a record, or does not answer. What was replayed is counted and marked.</exception>
    public async Task RunAsync(Func<DeadLetterCopy, bool>? selects, bool again, bool dryRun, CancellationToken cancellationToken)
    {
        using var producer = new KafkaProducer(new Dictionary<string, string>(deadLetters.Client, StringComparer.Ordinal)
        {
            ["enable.idempotence"] = "true",
            ["acks"] = "all",
            ["message.timeout.ms"] = "10000",
            ["message.max.bytes"] = "8388608",
            ["linger.ms"] = "0",
        }, NullLogger.Instance, deadLetters.OnError);
        var marks = new DeadLetterTopicWriter(producer, deadLetters.DeadLetterTopic, deadLetters.Signer);
        var contents = await deadLetters.ReadAsync(again, cancellationToken);
        var selected = contents.Copies.Where(copy => (again || !copy.IsSettled) && (selects is null || selects(copy))).ToList();
        // A topic of which there are no dead letters need not be there.
        var topics = deadLetters.OtherTopics.Intersect(selected.Select(static copy => copy.Origin?.Topic ?? "")).Prepend(deadLetters.Topic).ToList();
        _partitions = await Task.Run(() => topics.ToDictionary(static topic => topic, deadLetters.CountPartitions, StringComparer.Ordinal), cancellationToken);
        var free = selected.Where(copy => StreamOf(copy) is null).ToList();
        if (dryRun)
        {
            DryRun([.. free, .. StreamsOf(selected).SelectMany(static stream => stream.Copies)]);
            return;
        }

        await ReplayFreeAsync(producer, marks, free, cancellationToken);
        await ReplayBlockedAsync(producer, marks, selected, selects, cancellationToken);
        await deadLetters.CommitSettledAsync(await deadLetters.ReadAsync(false, cancellationToken), cancellationToken);
    }

    private void DryRun(List<DeadLetterCopy> copies)
    {
        foreach (var copy in copies)
        {
            if (StreamOf(copy) is { } stream) _ended.Add(stream);
            if (!IsLeftOut(copy)) Count(DeadLetterStep.WouldReplay, copy);
        }
    }

    private async Task ReplayFreeAsync(
        KafkaProducer producer, DeadLetterTopicWriter marks, List<DeadLetterCopy> copies, CancellationToken cancellationToken)
    {
        foreach (var batch in copies.GroupBy(static copy => copy.Record.Partition).SelectMany(static ofPartition => ofPartition.Chunk(MarkedAtOnce)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var settled = new List<long>();
            KafkaException? failure = null;
            var sent = batch.Select(copy => (Copy: copy, Delivery: IsLeftOut(copy) ? null : ProduceAsync(producer, copy, ""))).ToList();
            foreach (var (copy, delivery) in sent)
            {
                if (delivery is null)
                {
                    if (!copy.IsOfOtherSecret) settled.Add(copy.Record.Offset);
                    continue;
                }

                try
                {
                    await delivery;
                }
                catch (KafkaException exception)
                {
                    failure ??= exception;
                }

                // What follows a failure may have arrived nevertheless: it is replayed again, behind it.
                if (failure is not null) continue;
                settled.Add(copy.Record.Offset);
                Count(DeadLetterStep.Replayed, copy);
            }

            if (settled.Count > 0)
                await AcknowledgedAsync(marks.WriteAsync(batch[0].Record.Partition, new KafkaOutgoingRecord(null, null, ReplayedMark.Write(settled))));
            if (failure is not null) throw failure;
        }
    }

    private static Task<TopicPartitionOffset> ProduceAsync(KafkaProducer producer, DeadLetterCopy copy, string run) => AcknowledgedAsync(producer.ProduceAsync(
        copy.Origin!.Topic,
        new KafkaOutgoingRecord(copy.Record.Key, copy.Record.Value, DeadLetterRecord.ReplayedHeaders(copy.Record.Headers, copy.Origin.Block, run))
        { IsComplete = true },
        copy.Origin.Partition));

    // Whoever runs a replay knows Kafka's own words.
    private static async Task<TopicPartitionOffset> AcknowledgedAsync(Task<TopicPartitionOffset> sent)
    {
        try
        {
            return await sent;
        }
        catch (KafkaProduceException exception) when (exception.InnerException is KafkaException cause)
        {
            throw cause;
        }
    }

    // A copy's marks are not a permission to write anywhere.
    private KafkaStreamName? StreamOf(DeadLetterCopy copy) =>
        copy.Origin is { Block: { } block } origin && origin.Topic == deadLetters.Topic ? block.Stream : null;

    private string? Hindrance(DeadLetterCopy copy) => copy switch
    {
        { IsOfOtherSecret: true } =>
            "its signature is not trusted here: the secret or the cluster's name differs from that of the silo that wrote it, or it is forged",
        { Origin: null } => "no silo of this cluster wrote it",
        _ when !_partitions.ContainsKey(copy.Origin.Topic) =>
            $"it comes from '{copy.Origin.Topic}', not from '{string.Join("' or '", deadLetters.OtherTopics.Prepend(deadLetters.Topic))}'",
        _ when DeadLetterRecord.Text(copy.Record.Headers, DeadLetterRecord.ValueOmitted) is not null => "its value was too large to be dead-lettered",
        _ when copy.Origin.Partition >= _partitions[copy.Origin.Topic] => $"'{copy.Origin.Topic}' has no partition {copy.Origin.Partition}",
        _ => null,
    };

    private bool IsLeftOut(DeadLetterCopy copy)
    {
        if (Hindrance(copy) is not { } hindrance) return false;
        Interlocked.Increment(ref _leftOut);
        onStep?.Invoke(DeadLetterStep.LeftOut, copy, hindrance);
        return true;
    }

    private void Count(DeadLetterStep step, DeadLetterCopy copy)
    {
        Interlocked.Increment(ref _replayed);
        onStep?.Invoke(step, copy, null);
    }
}
