using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>Where records go that cannot be read or delivered.</summary>
internal interface IKafkaParkingLot
{
    /// <summary>The record counts as finished when its copy is acknowledged, and not before.</summary>
    /// <param name="record">The record.</param>
    /// <param name="reason">Why, in a few words.</param>
    /// <param name="error">What went wrong, in detail.</param>
    /// <param name="attempts">How often its delivery was tried; 0 when it could not be read.</param>
    /// <param name="fence">Its place behind the fence of its stream, where it has one.</param>
    void Park(TrackedRecord record, string reason, string? error, int attempts, FenceMark? fence = null);
}

/// <summary>
/// Copies records of one partition to the parked topic, in their order, for as long as it takes. Meanwhile the partition's commit waits; its
/// other records are delivered.
/// </summary>
internal sealed partial class KafkaParkingLot : IKafkaParkingLot
{
    private const int MaxAtOnce = 500;

    private readonly KafkaPartition _partition;
    private readonly ParkedTopicWriter _writer;
    private readonly int _parkedPartitions;
    private readonly ILogger _logger;
    private readonly Channel<Parking> _waiting = Channel.CreateUnbounded<Parking>(new UnboundedChannelOptions { SingleReader = true });

    public KafkaParkingLot(KafkaPartition partition, ParkedTopicWriter writer, int parkedPartitions, ILogger logger)
    {
        (_partition, _writer, _parkedPartitions, _logger) = (partition, writer, parkedPartitions, logger);
        // Not on the agent's scheduler.
        _ = Task.Run(RunAsync);
    }

    public void Park(TrackedRecord record, string reason, string? error, int attempts, FenceMark? fence = null)
    {
        var origin = record.Record;
        LogParking(origin.Topic, origin.Partition, origin.Offset, reason, error);
        _partition.EnterParking();
        _waiting.Writer.TryWrite(new Parking(record, new KafkaOutgoingRecord(origin.Key, origin.Value, ParkedRecord.Write(
            new ParkedOrigin(origin.Topic, origin.Partition, origin.Offset, origin.Timestamp, reason, error, attempts, DateTimeOffset.UtcNow) { Fence = fence },
            origin.Headers)), attempts == 0 && fence is null ? "refused" : reason));
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_partition.Closing))
            {
                var batch = new List<Parking>();
                while (batch.Count < MaxAtOnce && _waiting.Reader.TryRead(out var parking)) batch.Add(parking);
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
            // The partition was given up: what is not parked is not committed, and its next owner parks it.
        }
    }

    private async Task<List<Parking>> ProduceAsync(List<Parking> batch)
    {
        var failed = new List<Parking>();
        // By the origin's partition and not by the key: a stream's copies and the marks of its fence stand in one order.
        var to = _partition.Index % _parkedPartitions;
        foreach (var (parking, acknowledgement) in batch.Select(parking => (parking, _writer.WriteAsync(to, parking.Copy))).ToArray())
        {
            try
            {
                await acknowledgement;
            }
            catch (KafkaProduceException exception)
            {
                var origin = parking.Record.Record;
                KafkaTelemetry.ParkingFailures.Add(1, KafkaTelemetry.Tags(origin.Topic, origin.Partition));
                LogParkingFailed(exception, origin.Topic, origin.Partition, origin.Offset, _writer.Topic);
                failed.Add(exception.IsTooLarge ? parking.WithoutValue() : parking);
                continue;
            }

            KafkaTelemetry.CountParked(parking.Record.Record, parking.Reason);
            _partition.LeaveParking(parking.Record);
        }

        return failed;
    }

    // The reasons of a decoder are sentences, too many to count each.
    private sealed record Parking(TrackedRecord Record, KafkaOutgoingRecord Copy, string Reason)
    {
        // The original stays where it is; one record must not hold its partition for ever.
        public Parking WithoutValue() => this with
        {
            Copy = Copy with { Value = null, Headers = [.. Copy.Headers, ParkedRecord.Header(ParkedRecord.ValueOmitted, "true")] },
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Record {Offset} of partition {Partition} of {Topic} is parked: {Reason} {Error}")]
    private partial void LogParking(string topic, int partition, long offset, string reason, string? error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Record {Offset} of partition {Partition} of {Topic} could not be parked in {ParkedTopic}; it is tried again, and the partition's commit waits.")]
    private partial void LogParkingFailed(Exception exception, string topic, int partition, long offset, string parkedTopic);
}
