using Confluent.Kafka;
using JobRequests.Streaming.Kafka.Producing;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobRequests.Streaming.Kafka;

/// <summary>What a replay does with a copy.</summary>
public enum DeadLetterStep
{
    /// <summary>It would be replayed.</summary>
    WouldReplayed,

    /// <summary>It was replayed, and the broker has acknowledged it.</summary>
    Replayed,

    /// <summary>It cannot be replayed. It is not looked at again, unless another secret has signed it.</summary>
    LeftOut,
}

/// <summary>
/// Puts dead letters back where they came from: key, value and headers as they were, into their partition. The records of a blocked stream
/// go back in the order in which they were first written; when the silos have handled them the block ends. Those that fail once more are
/// dead-lettered again, with all that was behind them. Whatever cuts a replay off, the next one goes on; what is replayed twice its consumers must
/// recognise, as any repeat.
/// </summary>
/// <param name="deadLetters">The dead-letter topic.</param>
/// <param name="onStep">Told of each copy, and why it is left out.</param>
public sealed class KafkaReplay(KafkaDeadLetterTopic deadLetters, Action<DeadLetterStep, DeadLetterCopy, string?>? onStep = null)
{
    private const int MarkedAtOnce = 500;
    private const int StreamsAtOnce = 64;
    private const int MaxRounds = 20;

    // Of the topics that records may be replayed into.
    private Dictionary<string, int> _partitions = [];
    private int _putBack;

    /// <summary>Copies replayed; in a dry run those that would be.</summary>
    public int Replayed => Volatile.Read(ref _putBack);

    /// <summary>Copies that cannot be replayed.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Streams whose block has ended; in a dry run those that have one.</summary>
    public IReadOnlyCollection<StreamId> Ended => _ended;

    /// <summary>Streams of which a record has failed again: they are blocked as before.</summary>
    public IReadOnlyCollection<StreamId> FailedAgain => _failedAgain;

    /// <summary>Streams that no silo has handled in time, or whose records kept coming: the next replay goes on with them.</summary>
    public IReadOnlyCollection<StreamId> Unfinished => _unfinished;

    /// <summary>How long it waits for the silos to handle what it has replayed.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(2);

    private readonly HashSet<StreamId> _ended = [];
    private readonly HashSet<StreamId> _failedAgain = [];
    private readonly HashSet<StreamId> _unfinished = [];

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
        await ReplayFreeAsync(producer, marks, [.. selected.Where(copy => StreamOf(copy) is null)], dryRun, cancellationToken);
        await ReplayBlockedAsync(producer, marks, selected, selects, dryRun, cancellationToken);
        if (!dryRun) await deadLetters.CommitSettledAsync(await deadLetters.ReadAsync(false, cancellationToken), cancellationToken);
    }

    private async Task ReplayFreeAsync(
        KafkaProducer producer, DeadLetterTopicWriter marks, List<DeadLetterCopy> copies, bool dryRun, CancellationToken cancellationToken)
    {
        foreach (var ofPartition in copies.GroupBy(static copy => copy.Record.Partition))
        {
            foreach (var batch in ofPartition.Chunk(MarkedAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var settled = new List<long>();
                var sent = new List<(DeadLetterCopy Copy, Task Delivery)>();
                foreach (var copy in batch)
                {
                    if (Hindrance(copy) is { } hindrance)
                    {
                        LeftOut++;
                        if (!copy.IsOfOtherSecret) settled.Add(copy.Record.Offset);
                        onStep?.Invoke(DeadLetterStep.LeftOut, copy, hindrance);
                    }
                    else if (dryRun)
                    {
                        Count(DeadLetterStep.WouldReplayed, copy);
                    }
                    else
                    {
                        sent.Add((copy, ProduceAsync(producer, copy, "")));
                    }
                }

                if (dryRun) continue;
                KafkaException? failure = null;
                foreach (var (copy, delivery) in sent)
                {
                    try
                    {
                        await delivery;
                        // What follows a failure may have arrived nevertheless: it is replayed again, behind it.
                        if (failure is not null) continue;
                        settled.Add(copy.Record.Offset);
                        Count(DeadLetterStep.Replayed, copy);
                    }
                    catch (KafkaException exception)
                    {
                        failure ??= exception;
                    }
                }

                if (settled.Count > 0)
                    await AcknowledgedAsync(marks.WriteAsync(ofPartition.Key, new KafkaOutgoingRecord(null, null, ReplayedMark.Write(settled))));
                if (failure is not null) throw failure;
            }
        }
    }

    private async Task ReplayBlockedAsync(
        KafkaProducer producer, DeadLetterTopicWriter marks, List<DeadLetterCopy> selected, Func<DeadLetterCopy, bool>? selects, bool dryRun,
        CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var streams = selected.Where(copy => StreamOf(copy) is { } stream && !_failedAgain.Contains(stream)).GroupBy(copy => StreamOf(copy)!.Value)
                .Select(copies =>
                    new BlockedStream(
                        copies.Key, [.. copies.OrderBy(static copy => copy.Origin!.Block!.Order).ThenBy(static copy => copy.Record.Offset)])).ToList();
            if (streams.Count == 0) return;
            if (dryRun)
            {
                foreach (var stream in streams) DryRun(stream);
                return;
            }

            var run = Guid.NewGuid().ToString("N");
            _unfinished.UnionWith(streams.Select(static stream => stream.Id));
            var failures = new List<KafkaException>();
            foreach (var some in streams.Chunk(StreamsAtOnce))
                failures.AddRange((await Task.WhenAll(some.Select(stream => ReplayAsync(producer, stream, run, cancellationToken)))).OfType<KafkaException>());
            var handled = streams.Where(static stream => stream.IsReplayed).ToList();
            if (!await UntilHandledAsync(handled, cancellationToken)) return;
            await EndFencesAsync(marks, handled, run, cancellationToken);
            if (failures.Count > 0) throw failures[0];

            // What was dead-lettered behind the block in the meantime goes back in the next round.
            var contents = await deadLetters.ReadAsync(false, cancellationToken);
            selected = [.. contents.Waiting.Where(copy => StreamOf(copy) is { } stream && _unfinished.Contains(stream) && (selects is null || selects(copy)))];
            foreach (var stream in handled.Where(stream => !_failedAgain.Contains(stream.Id) && !contents.IsBlocked(stream.Id)))
            {
                _unfinished.Remove(stream.Id);
                _ended.Add(stream.Id);
            }
        }
    }

    private void DryRun(BlockedStream stream)
    {
        _ended.Add(stream.Id);
        foreach (var copy in stream.Copies)
        {
            if (Hindrance(copy) is { } hindrance)
            {
                LeftOut++;
                onStep?.Invoke(DeadLetterStep.LeftOut, copy, hindrance);
            }
            else
            {
                Count(DeadLetterStep.WouldReplayed, copy);
            }
        }
    }

    // One after the other: nothing may overtake a record that the broker has not taken.
    private async Task<KafkaException?> ReplayAsync(KafkaProducer producer, BlockedStream stream, string run, CancellationToken cancellationToken)
    {
        foreach (var copy in stream.Copies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Through = copy.Origin!.Block!.Order;
            if (Hindrance(copy) is { } hindrance)
            {
                lock (_unfinished) LeftOut++;
                onStep?.Invoke(DeadLetterStep.LeftOut, copy, hindrance);
                continue;
            }

            try
            {
                stream.LastReplayed = await ProduceAsync(producer, copy, run);
            }
            catch (KafkaException exception)
            {
                return exception;
            }

            Count(DeadLetterStep.Replayed, copy);
        }

        stream.IsReplayed = true;
        return null;
    }

    private async Task<bool> UntilHandledAsync(List<BlockedStream> streams, CancellationToken cancellationToken)
    {
        var ends = streams.Select(static stream => stream.LastReplayed).OfType<TopicPartitionOffset>()
            .GroupBy(static last => last.TopicPartition).ToDictionary(static of => of.Key, static of => of.Max(static last => last.Offset.Value) + 1);
        var startedAt = Environment.TickCount64;
        using var admin = new DependentAdminClientBuilder(deadLetters.Handle).Build();
        while (ends.Count > 0)
        {
            foreach (var partition in await CommittedAsync(admin, ends.Keys))
                if (partition.Offset != Offset.Unset && partition.Offset.Value >= ends[partition.TopicPartition])
                    ends.Remove(partition.TopicPartition);
            if (ends.Count == 0) break;
            if (Environment.TickCount64 - startedAt > AnswerTimeout.TotalMilliseconds) return false;
            await Task.Delay(200, cancellationToken);
        }

        return true;
    }

    // While the group's coordinator moves, nothing is known to be handled.
    private async Task<IEnumerable<TopicPartitionOffsetError>> CommittedAsync(IAdminClient admin, IEnumerable<TopicPartition> partitions)
    {
        try
        {
            return (await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(deadLetters.ConsumerGroup, [.. partitions])]))[0].Partitions;
        }
        catch (KafkaException exception) when (CoordinatorErrors.Include(exception.Error))
        {
            return [];
        }
    }

    private async Task EndFencesAsync(DeadLetterTopicWriter marks, List<BlockedStream> streams, string run, CancellationToken cancellationToken)
    {
        var contents = await deadLetters.ReadAsync(false, cancellationToken);
        foreach (var copy in contents.Waiting)
            if (copy.Origin?.Block is { IsBeginning: true } block && block.Run == run)
                _failedAgain.Add(block.Stream);
        _unfinished.ExceptWith(_failedAgain);
        foreach (var stream in streams.Where(stream => !_failedAgain.Contains(stream.Id)))
        {
            // Beside its copies, in whichever partitions they are.
            foreach (var copies in stream.Copies.GroupBy(static copy => copy.Record.Partition))
                await AcknowledgedAsync(marks.WriteAsync(
                    copies.Key, new KafkaOutgoingRecord(copies.First().Record.Key, null, new BlockEnd(deadLetters.Topic, stream.Id, stream.Through).Write())));
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
    private StreamId? StreamOf(DeadLetterCopy copy) => copy.Origin is { Block: { } block } origin && origin.Topic == deadLetters.Topic ? block.Stream : null;

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

    private void Count(DeadLetterStep step, DeadLetterCopy copy)
    {
        Interlocked.Increment(ref _putBack);
        onStep?.Invoke(step, copy, null);
    }

    private sealed class BlockedStream(StreamId id, List<DeadLetterCopy> copies)
    {
        public StreamId Id => id;

        public List<DeadLetterCopy> Copies => copies;

        public long Through { get; set; } = -1;

        /// <summary>All that can be replayed was.</summary>
        public bool IsReplayed { get; set; }

        public TopicPartitionOffset? LastReplayed { get; set; }
    }
}
