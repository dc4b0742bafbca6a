using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>Where records go that cannot be read or delivered.</summary>
internal interface IKafkaDeadLetterWriter
{
    /// <summary>The record counts as finished when its copy is acknowledged, and not before.</summary>
    /// <param name="record">The record.</param>
    /// <param name="reason">Why, in a few words.</param>
    /// <param name="error">What went wrong, in detail.</param>
    /// <param name="attempts">How often its delivery was tried; 0 when it could not be read.</param>
    /// <param name="block">Its place behind the block of its stream, where it has one.</param>
    void DeadLetter(TrackedRecord record, string reason, string? error, int attempts, BlockMark? block = null);
}

/// <summary>
/// Copies records of one partition to the dead-letter topic, in their order, for as long as it takes. Meanwhile the partition's commit waits; its
/// other records are delivered.
/// </summary>
internal sealed partial class KafkaDeadLetterWriter : IKafkaDeadLetterWriter
{
    private const int MaxAtOnce = 500;

    private readonly KafkaPartition _partition;
    private readonly DeadLetterTopicWriter _writer;
    private readonly int _deadLetterPartitions;
    private readonly ILogger _logger;
    private readonly Channel<DeadLettering> _waiting = Channel.CreateUnbounded<DeadLettering>(new UnboundedChannelOptions { SingleReader = true });

    public KafkaDeadLetterWriter(KafkaPartition partition, DeadLetterTopicWriter writer, int deadLetterPartitions, ILogger logger)
    {
        (_partition, _writer, _deadLetterPartitions, _logger) = (partition, writer, deadLetterPartitions, logger);
        // Not on the agent's scheduler.
        _ = Task.Run(RunAsync);
    }

    public void DeadLetter(TrackedRecord record, string reason, string? error, int attempts, BlockMark? block = null)
    {
        var origin = record.Record;
        LogDeadLettering(origin.Topic, origin.Partition, origin.Offset, reason, error);
        _partition.EnterDeadLettering();
        _waiting.Writer.TryWrite(new DeadLettering(record, new KafkaOutgoingRecord(origin.Key, origin.Value, DeadLetterRecord.Write(
            new DeadLetterOrigin(origin.Topic, origin.Partition, origin.Offset, origin.Timestamp, reason, error, attempts, DateTimeOffset.UtcNow)
            { Block = block },
            origin.Headers)), attempts == 0 && block is null ? "refused" : reason));
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_partition.Closing))
            {
                var batch = new List<DeadLettering>();
                while (batch.Count < MaxAtOnce && _waiting.Reader.TryRead(out var deadLetters)) batch.Add(deadLetters);
                for (var attempt = 0; batch.Count > 0; attempt++)
                {
                    // What fails is repeated before anything that came later.
                    batch = await ProduceAsync(batch);
                    if (batch.Count > 0) await Task.Delay(Backoff.Next(attempt), _partition.Closing);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The partition was abandoned: what is not dead-lettered is not committed, and its next owner dead-letters it.
        }
    }

    private async Task<List<DeadLettering>> ProduceAsync(List<DeadLettering> batch)
    {
        var failed = new List<DeadLettering>();
        // By the origin's partition and not by the key: a stream's copies and the marks of its block stand in one order.
        var to = _partition.Index % _deadLetterPartitions;
        foreach (var (deadLetters, acknowledgement) in batch.Select(deadLetters => (deadLetters, _writer.WriteAsync(to, deadLetters.Copy))).ToArray())
        {
            try
            {
                await acknowledgement;
            }
            catch (KafkaProduceException exception)
            {
                var origin = deadLetters.Record.Record;
                KafkaTelemetry.DeadLetterFailures.Add(1, KafkaTelemetry.Tags(origin.Topic, origin.Partition));
                LogDeadLetterFailed(exception, origin.Topic, origin.Partition, origin.Offset, _writer.Topic);
                failed.Add(exception.IsTooLarge ? deadLetters.WithoutValue() : deadLetters);
                continue;
            }

            KafkaTelemetry.CountDeadLetters(deadLetters.Record.Record, deadLetters.Reason);
            _partition.LeaveDeadLettering(deadLetters.Record);
        }

        return failed;
    }

    // The reasons of a decoder are sentences, too many to count each.
    private sealed record DeadLettering(TrackedRecord Record, KafkaOutgoingRecord Copy, string Reason)
    {
        // The original stays where it is; one record must not hold its partition for ever.
        public DeadLettering WithoutValue() => this with
        {
            Copy = Copy with { Value = null, Headers = [.. Copy.Headers, DeadLetterRecord.Header(DeadLetterRecord.ValueOmitted, "true")] },
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Record {Offset} of partition {Partition} of {Topic} is dead-lettered: {Reason} {Error}")]
    private partial void LogDeadLettering(string topic, int partition, long offset, string reason, string? error);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Record {Offset} of partition {Partition} of {Topic} could not be dead-lettered in {DeadLetterTopic}; it is tried again, and the partition's "
            + "commit waits.")]
    private partial void LogDeadLetterFailed(Exception exception, string topic, int partition, long offset, string deadLetterTopic);
}
