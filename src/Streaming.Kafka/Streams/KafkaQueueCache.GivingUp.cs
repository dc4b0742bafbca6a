namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>What cannot be delivered is dead-lettered; a stream that keeps its order is then blocked.</summary>
internal sealed partial class KafkaQueueCache
{
    /// <summary>Dead-letters the received records of a blocked stream behind those that are dead-lettered already, and takes them out.</summary>
    public void HoldBlocked(ReceivedRecords received)
    {
        if (_blocks.Contains(received.StreamId)) received.Records.RemoveAll(record => TryHold(received.StreamId, record));
    }

    /// <summary>
    /// A consumer gives up the record at an offset, and those behind it that came in the same delivery.
    /// </summary>
    /// <returns>False when the record is not being delivered.</returns>
    public bool GiveUp(StreamId streamId, long offset, string reason, string? error, int attempts)
    {
        if (IsStopping || !_streams.TryGetValue(streamId, out var stream)) return false;
        var first = stream.Records.FindIndex(record => record.Tracked.Record.Offset == offset);
        if (first < 0) return false;
        // A call that took too long was repeated, and has already done it.
        if (stream.Records[first].IsDeadLettered) return true;
        if (stream.Cursors.Find(cursor => cursor.UnderWay is { } batch && batch.FirstOffset <= offset && stream.Base + first < cursor.Next + batch.Count) is not
            { UnderWay: { } underWay } cursor) return false;
        // In a rolling update the next attempt may meet a consumer that takes it.
        if (reason == UnexpectedType) underWay.Refusal = error;
        else GiveUp(stream, first, (int)(cursor.Next + underWay.Count - stream.Base), reason, error, attempts);
        return true;
    }

    /// <summary>An operator gives up the record that the partition stands still on, whatever becomes of its delivery.</summary>
    /// <returns>False when it stands on another record, or this one is not waiting for its delivery.</returns>
    public bool GiveUpOldest(long offset, string reason, string? error)
    {
        if (IsStopping || partition.Tracker.Watermark != offset) return false;
        foreach (var stream in _streams.Values)
        {
            var index = stream.Records.FindIndex(record => record.Tracked.Record.Offset == offset);
            if (index < 0) continue;
            GiveUp(stream, index, index + 1, reason, error, attempts: 0);
            // No later delivery takes it up again.
            stream.Records[index].IsHeld = stream.HasHeld = true;
            return true;
        }

        return false;
    }

    private void GiveUp(CachedStream stream, int first, int end, string reason, string? error, int attempts)
    {
        if (!options.BlockStreams)
        {
            for (var i = first; i < end; i++) DeadLetter(stream.Records[i], reason, error, attempts);
            return;
        }

        stream.HasHeld = true;
        var (order, run) = DeadLetterRecord.PlaceOf(stream.Records[first].Tracked.Record);
        _blocks.Begin(stream.Id, partition.Index, order, run);
        DeadLetter(stream.Records[first], reason, error, attempts, new BlockMark(stream.Id, IsBeginning: true, order, run));
        for (var i = first + 1; i < end; i++)
        {
            (order, run) = DeadLetterRecord.PlaceOf(stream.Records[i].Tracked.Record);
            _blocks.Hold(stream.Id, partition.Index, order);
            DeadLetter(stream.Records[i], reason, error, attempts, new BlockMark(stream.Id, IsBeginning: false, order, run));
        }

        // Before anything that is received later.
        for (var i = end; i < stream.Records.Count; i++) TryHold(stream.Id, stream.Records[i]);
    }

    private bool TryHold(StreamId streamId, CachedRecord record)
    {
        var (order, run) = DeadLetterRecord.PlaceOf(record.Tracked.Record);
        if (record.IsDeadLettered || !_blocks.TryHold(streamId, order, run)) return record.IsHeld;
        DeadLetter(record, Blocked, null, attempts: 0, new BlockMark(streamId, IsBeginning: false, order, run));
        return true;
    }

    private void DeadLetter(CachedRecord record, string reason, string? error, int attempts, BlockMark? block = null)
    {
        // Another consumer of the stream may have failed on it before.
        if (record.IsDeadLettered) return;
        record.IsDeadLettered = true;
        record.IsHeld = block is not null;
        deadLetterWriter.DeadLetter(record.Tracked, reason, error, attempts, block);
    }
}
