namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>A record that was read, and the tracker to tell when it is finished: after a log has restarted, that of the old log.</summary>
internal sealed class TrackedRecord(KafkaRecord record, OffsetTracker tracker)
{
    public KafkaRecord Record => record;

    public void Finish() => tracker.Finish(record.Offset);
}
