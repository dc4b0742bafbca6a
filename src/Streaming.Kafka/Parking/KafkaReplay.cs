using Confluent.Kafka;
using JobRequests.Streaming.Kafka.Producing;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobRequests.Streaming.Kafka;

/// <summary>What a replay does with a copy.</summary>
public enum ParkedStep
{
    /// <summary>It would be put back.</summary>
    WouldPutBack,

    /// <summary>It was put back, and the broker has acknowledged it.</summary>
    PutBack,

    /// <summary>It cannot be put back, and is not looked at again.</summary>
    LeftOut,
}

/// <summary>
/// Puts parked records back where they came from: key, value and headers as they were, into their partition. The records of a fenced stream
/// go back in the order in which they were first written; when the silos have handled them the fence ends. Those that fail once more are
/// parked again, with all that was behind them. Whatever cuts a replay off, the next one goes on; what is put back twice its consumers must
/// recognise, as any repeat.
/// </summary>
/// <param name="parked">The parked topic.</param>
/// <param name="onStep">Told of each copy, and why it is left out.</param>
public sealed class KafkaReplay(KafkaParkedTopic parked, Action<ParkedStep, ParkedCopy, string?>? onStep = null)
{
    private const int MarkedAtOnce = 500;
    private const int StreamsAtOnce = 64;
    private const int MaxRounds = 20;

    // Of the topics that records may be put back into.
    private Dictionary<string, int> _partitions = [];
    private int _putBack;

    /// <summary>Copies put back; in a dry run those that would be.</summary>
    public int PutBack => Volatile.Read(ref _putBack);

    /// <summary>Copies that cannot be put back.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Streams whose fence has ended; in a dry run those that have one.</summary>
    public IReadOnlyCollection<StreamId> Ended => _ended;

    /// <summary>Streams of which a record has failed again: they are fenced as before.</summary>
    public IReadOnlyCollection<StreamId> FailedAgain => _failedAgain;

    /// <summary>Streams that no silo has handled in time, or whose records kept coming: the next replay goes on with them.</summary>
    public IReadOnlyCollection<StreamId> Unfinished => _unfinished;

    /// <summary>How long it waits for the silos to handle what it has put back.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    private readonly HashSet<StreamId> _ended = [];
    private readonly HashSet<StreamId> _failedAgain = [];
    private readonly HashSet<StreamId> _unfinished = [];

    /// <param name="selects">Which copies; all where it is null. All of a fenced stream's copies, or none.</param>
    /// <param name="again">Also those that are settled, where no fence holds them.</param>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <exception cref="KafkaException">Kafka did not take a record, or does not answer. What was put back is counted and marked.</exception>
    public async Task RunAsync(Func<ParkedCopy, bool>? selects, bool again, bool dryRun, CancellationToken cancellationToken)
    {
        using var producer = new KafkaProducer(new Dictionary<string, string>(parked.Client, StringComparer.Ordinal)
        {
            ["enable.idempotence"] = "true",
            ["acks"] = "all",
            ["message.timeout.ms"] = "10000",
            ["message.max.bytes"] = "8388608",
            ["linger.ms"] = "0",
        }, NullLogger.Instance, parked.OnError);
        var marks = new ParkedTopicWriter(producer, parked.ParkedTopic, parked.Signer);
        var contents = await parked.ReadAsync(again, cancellationToken);
        var selected = contents.Copies.Where(copy => (again || !copy.IsSettled) && (selects is null || selects(copy))).ToList();
        // A topic of which nothing is parked need not be there.
        var topics = parked.OtherTopics.Intersect(selected.Select(static copy => copy.Origin?.Topic ?? "")).Prepend(parked.Topic).ToList();
        _partitions = await Task.Run(() => topics.ToDictionary(static topic => topic, parked.CountPartitions, StringComparer.Ordinal), cancellationToken);
        await PutBackFreeAsync(producer, marks, [.. selected.Where(copy => StreamOf(copy) is null)], dryRun, cancellationToken);
        await PutBackFencedAsync(producer, marks, selected, selects, dryRun, cancellationToken);
        if (!dryRun) await parked.CommitSettledAsync(await parked.ReadAsync(false, cancellationToken), cancellationToken);
    }

    private async Task PutBackFreeAsync(KafkaProducer producer, ParkedTopicWriter marks, List<ParkedCopy> copies, bool dryRun, CancellationToken cancellationToken)
    {
        foreach (var ofPartition in copies.GroupBy(static copy => copy.Record.Partition))
        {
            foreach (var batch in ofPartition.Chunk(MarkedAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var settled = new List<long>();
                var sent = new List<(ParkedCopy Copy, Task Delivery)>();
                foreach (var copy in batch)
                {
                    if (Hindrance(copy) is { } hindrance)
                    {
                        LeftOut++;
                        settled.Add(copy.Record.Offset);
                        onStep?.Invoke(ParkedStep.LeftOut, copy, hindrance);
                    }
                    else if (dryRun)
                    {
                        Count(ParkedStep.WouldPutBack, copy);
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
                        // What follows a failure may have arrived nevertheless: it is put back again, behind it.
                        if (failure is not null) continue;
                        settled.Add(copy.Record.Offset);
                        Count(ParkedStep.PutBack, copy);
                    }
                    catch (KafkaException exception)
                    {
                        failure ??= exception;
                    }
                }

                if (settled.Count > 0) await AcknowledgedAsync(marks.WriteAsync(ofPartition.Key, new KafkaOutgoingRecord(null, null, PutBackMark.Write(settled))));
                if (failure is not null) throw failure;
            }
        }
    }

    private async Task PutBackFencedAsync(
        KafkaProducer producer, ParkedTopicWriter marks, List<ParkedCopy> selected, Func<ParkedCopy, bool>? selects, bool dryRun, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var streams = selected.Where(copy => StreamOf(copy) is { } stream && !_failedAgain.Contains(stream)).GroupBy(copy => StreamOf(copy)!.Value)
                .Select(copies => new FencedStream(copies.Key, [.. copies.OrderBy(static copy => copy.Origin!.Fence!.Order).ThenBy(static copy => copy.Record.Offset)])).ToList();
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
                failures.AddRange((await Task.WhenAll(some.Select(stream => PutBackAsync(producer, stream, run, cancellationToken)))).OfType<KafkaException>());
            var handled = streams.Where(static stream => stream.IsPutBack).ToList();
            if (!await UntilHandledAsync(handled, cancellationToken)) return;
            await EndFencesAsync(marks, handled, run, cancellationToken);
            if (failures.Count > 0) throw failures[0];

            // What was parked behind the fence in the meantime goes back in the next round.
            var contents = await parked.ReadAsync(false, cancellationToken);
            selected = [.. contents.Waiting.Where(copy => StreamOf(copy) is { } stream && _unfinished.Contains(stream) && (selects is null || selects(copy)))];
            foreach (var stream in handled.Where(stream => !_failedAgain.Contains(stream.Id) && !contents.IsFenced(stream.Id)))
            {
                _unfinished.Remove(stream.Id);
                _ended.Add(stream.Id);
            }
        }
    }

    private void DryRun(FencedStream stream)
    {
        _ended.Add(stream.Id);
        foreach (var copy in stream.Copies)
        {
            if (Hindrance(copy) is { } hindrance)
            {
                LeftOut++;
                onStep?.Invoke(ParkedStep.LeftOut, copy, hindrance);
            }
            else
            {
                Count(ParkedStep.WouldPutBack, copy);
            }
        }
    }

    // One after the other: nothing may overtake a record that the broker has not taken.
    private async Task<KafkaException?> PutBackAsync(KafkaProducer producer, FencedStream stream, string run, CancellationToken cancellationToken)
    {
        foreach (var copy in stream.Copies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Through = copy.Origin!.Fence!.Order;
            if (Hindrance(copy) is { } hindrance)
            {
                lock (_unfinished) LeftOut++;
                onStep?.Invoke(ParkedStep.LeftOut, copy, hindrance);
                continue;
            }

            try
            {
                stream.LastPutBack = await ProduceAsync(producer, copy, run);
            }
            catch (KafkaException exception)
            {
                return exception;
            }

            Count(ParkedStep.PutBack, copy);
        }

        stream.IsPutBack = true;
        return null;
    }

    private async Task<bool> UntilHandledAsync(List<FencedStream> streams, CancellationToken cancellationToken)
    {
        var ends = streams.Select(static stream => stream.LastPutBack).OfType<TopicPartitionOffset>()
            .GroupBy(static last => last.TopicPartition).ToDictionary(static of => of.Key, static of => of.Max(static last => last.Offset.Value) + 1);
        var startedAt = Environment.TickCount64;
        using var admin = new DependentAdminClientBuilder(parked.Handle).Build();
        while (ends.Count > 0)
        {
            foreach (var partition in await CommittedAsync(admin, ends.Keys))
                if (partition.Offset != Offset.Unset && partition.Offset.Value >= ends[partition.TopicPartition])
                    ends.Remove(partition.TopicPartition);
            if (ends.Count == 0) break;
            if (Environment.TickCount64 - startedAt > Patience.TotalMilliseconds) return false;
            await Task.Delay(200, cancellationToken);
        }

        return true;
    }

    // While the group's coordinator moves, nothing is known to be handled.
    private async Task<IEnumerable<TopicPartitionOffsetError>> CommittedAsync(IAdminClient admin, IEnumerable<TopicPartition> partitions)
    {
        try
        {
            return (await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(parked.ConsumerGroup, [.. partitions])]))[0].Partitions;
        }
        catch (KafkaException exception) when (CoordinatorErrors.Include(exception.Error))
        {
            return [];
        }
    }

    private async Task EndFencesAsync(ParkedTopicWriter marks, List<FencedStream> streams, string run, CancellationToken cancellationToken)
    {
        var contents = await parked.ReadAsync(false, cancellationToken);
        foreach (var copy in contents.Waiting)
            if (copy.Origin?.Fence is { IsBeginning: true } fence && fence.Run == run)
                _failedAgain.Add(fence.Stream);
        _unfinished.ExceptWith(_failedAgain);
        foreach (var stream in streams.Where(stream => !_failedAgain.Contains(stream.Id)))
        {
            // Beside its copies, in whichever partitions they are.
            foreach (var copies in stream.Copies.GroupBy(static copy => copy.Record.Partition))
                await AcknowledgedAsync(marks.WriteAsync(copies.Key, new KafkaOutgoingRecord(copies.First().Record.Key, null, new FenceEnd(parked.Topic, stream.Id, stream.Through).Write())));
        }
    }

    private static Task<TopicPartitionOffset> ProduceAsync(KafkaProducer producer, ParkedCopy copy, string run) => AcknowledgedAsync(producer.ProduceAsync(
        copy.Origin!.Topic,
        new KafkaOutgoingRecord(copy.Record.Key, copy.Record.Value, ParkedRecord.PutBackHeaders(copy.Record.Headers, copy.Origin.Fence, run)) { IsComplete = true },
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
    private StreamId? StreamOf(ParkedCopy copy) => copy.Origin is { Fence: { } fence } origin && origin.Topic == parked.Topic ? fence.Stream : null;

    private string? Hindrance(ParkedCopy copy) => copy switch
    {
        { Origin: null } => "no silo of this cluster wrote it",
        _ when !_partitions.ContainsKey(copy.Origin.Topic) => $"it comes from '{copy.Origin.Topic}', not from '{string.Join("' or '", parked.OtherTopics.Prepend(parked.Topic))}'",
        _ when ParkedRecord.Text(copy.Record.Headers, ParkedRecord.ValueOmitted) is not null => "its value was too large to be parked",
        _ when copy.Origin.Partition >= _partitions[copy.Origin.Topic] => $"'{copy.Origin.Topic}' has no partition {copy.Origin.Partition}",
        _ => null,
    };

    private void Count(ParkedStep step, ParkedCopy copy)
    {
        Interlocked.Increment(ref _putBack);
        onStep?.Invoke(step, copy, null);
    }

    private sealed class FencedStream(StreamId id, List<ParkedCopy> copies)
    {
        public StreamId Id => id;

        public List<ParkedCopy> Copies => copies;

        public long Through { get; set; } = -1;

        /// <summary>All that can be put back was.</summary>
        public bool IsPutBack { get; set; }

        public TopicPartitionOffset? LastPutBack { get; set; }
    }
}
