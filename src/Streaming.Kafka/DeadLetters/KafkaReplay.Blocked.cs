using Confluent.Kafka;
using JobRequests.Streaming.Kafka.Producing;

namespace JobRequests.Streaming.Kafka;

/// <content>Blocked streams: replayed in their order, in rounds, until nothing is left behind a block.</content>
public sealed partial class KafkaReplay
{
    private const int StreamsAtOnce = 64;
    private const int MaxRounds = 20;

    private async Task ReplayBlockedAsync(
        KafkaProducer producer, DeadLetterTopicWriter marks, List<DeadLetterCopy> selected, Func<DeadLetterCopy, bool>? selects,
        CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var streams = StreamsOf(selected);
            if (streams.Count == 0) return;
            var run = Guid.NewGuid().ToString("N");
            _unfinished.UnionWith(streams.Select(static stream => stream.Id));
            var failures = new List<KafkaException>();
            foreach (var some in streams.Chunk(StreamsAtOnce))
                failures.AddRange((await Task.WhenAll(some.Select(stream => ReplayAsync(producer, stream, run, cancellationToken)))).OfType<KafkaException>());
            var handled = streams.Where(static stream => stream.IsReplayed).ToList();
            if (!await UntilHandledAsync(handled, cancellationToken)) return;
            await EndBlocksAsync(marks, handled, run, cancellationToken);
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

    // One after the other: nothing may overtake a record that the broker has not taken.
    private async Task<KafkaException?> ReplayAsync(KafkaProducer producer, BlockedStream stream, string run, CancellationToken cancellationToken)
    {
        foreach (var copy in stream.Copies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Through = copy.Origin!.Block!.Order;
            if (IsLeftOut(copy)) continue;
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

    private async Task EndBlocksAsync(DeadLetterTopicWriter marks, List<BlockedStream> streams, string run, CancellationToken cancellationToken)
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

    private List<BlockedStream> StreamsOf(IEnumerable<DeadLetterCopy> copies) =>
    [
        .. copies.Where(copy => StreamOf(copy) is { } stream && !_failedAgain.Contains(stream))
            .GroupBy(copy => StreamOf(copy)!.Value)
            .Select(static ofStream => new BlockedStream(
                ofStream.Key, [.. ofStream.OrderBy(static copy => copy.Origin!.Block!.Order).ThenBy(static copy => copy.Record.Offset)])),
    ];

    private sealed class BlockedStream(KafkaStreamName id, List<DeadLetterCopy> copies)
    {
        public KafkaStreamName Id => id;

        public List<DeadLetterCopy> Copies => copies;

        public long Through { get; set; } = -1;

        /// <summary>All that can be replayed was.</summary>
        public bool IsReplayed { get; set; }

        public TopicPartitionOffset? LastReplayed { get; set; }
    }
}
