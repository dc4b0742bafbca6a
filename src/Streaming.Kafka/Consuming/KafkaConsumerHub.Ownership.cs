using Confluent.Kafka;

namespace JobRequests.Streaming.Kafka.Consuming;

// How partitions come and go, and what is committed of them.
internal sealed partial class KafkaConsumerHub
{
    /// <summary>Takes a partition over: reads on from its committed offset, or from its beginning. Retries until it succeeds or the partition is
    /// closed.</summary>
    public async Task OpenAsync(KafkaPartition partition)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var committed = await QueryAsync(() => Committed([partition.Index])[partition.Index], partition.Closing);
                // After the offset was asked for: what its former owner had dead-lettered by then is in the dead-letter topic.
                if (_blockReader is { } deadLetters)
                    await deadLetters.CatchUpAsync(await QueryAsync(deadLetters.ReadEnds, partition.Closing), partition.Closing);
                await InvokeAsync(() => Assign(partition, committed));
                LogTaken(_provider, Topic, partition.Index, committed);
                return;
            }
            catch (Exception exception) when (!partition.Closing.IsCancellationRequested)
            {
                LogOpenFailed(exception, _provider, Topic, partition.Index);
                await Task.Delay(Backoff.Next(attempt), partition.Closing);
            }
        }
    }

    /// <summary>Gives a partition up, and commits what is finished of it.</summary>
    public async Task CloseAsync(KafkaPartition partition, TimeSpan timeout)
    {
        partition.Close();
        await InvokeAsync(() => Unassign(partition)).WaitAsync(timeout);
        if (partition.Tracker.Watermark is not { } watermark) return;
        try
        {
            await QueryAsync(() => Commit(new Dictionary<int, long> { [partition.Index] = watermark }), CancellationToken.None).WaitAsync(timeout);
        }
        catch (Exception exception) when (exception is KafkaException or TimeoutException)
        {
            LogFinalCommitFailed(exception, _provider, Topic, partition.Index, watermark);
        }
    }

    /// <summary>The committed offsets, null where there is none. Blocks.</summary>
    internal Dictionary<int, long?> Committed(IEnumerable<int> partitions) => _consumer
        .Committed(partitions.Select(partition => new TopicPartition(Topic, partition)), QueryTimeout)
        .ToDictionary(found => found.Partition.Value, found => found.Offset == Offset.Unset ? (long?)null : found.Offset.Value);

    /// <summary>Commits at once. Blocks.</summary>
    internal bool Commit(IReadOnlyDictionary<int, long> watermarks)
    {
        _consumer.Commit(watermarks.Select(watermark => new TopicPartitionOffset(Topic, watermark.Key, watermark.Value)));
        return true;
    }

    /// <summary>Asks the broker, one question at a time: while it does not answer, one thread waits and not one for each partition.</summary>
    internal async Task<T> QueryAsync<T>(Func<T> query, CancellationToken cancellationToken)
    {
        await _queries.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(query, CancellationToken.None);
        }
        finally
        {
            _queries.Release();
        }
    }

    private void Assign(KafkaPartition partition, long? start)
    {
        if (partition.Closing.IsCancellationRequested) return;
        // It starts again, or an earlier owner in this process has not let go yet.
        if (_partitions.TryRemove(partition.Index, out _)) _consumer.IncrementalUnassign([new TopicPartition(Topic, partition.Index)]);
        partition.IsPaused = partition.IsSeeking = false;
        partition.Tracker = new OffsetTracker(start);
        partition.StoredWatermark = start;
        _partitions[partition.Index] = partition;
        _consumer.IncrementalAssign([new TopicPartitionOffset(Topic, partition.Index, start is { } offset ? new Offset(offset) : Offset.Beginning)]);
    }

    private void Unassign(KafkaPartition partition)
    {
        // Somebody else may have taken the partition over in this process meanwhile.
        if (_partitions.TryRemove(KeyValuePair.Create(partition.Index, partition)))
            _consumer.IncrementalUnassign([new TopicPartition(Topic, partition.Index)]);
    }

    /// <summary>What was to be read next is not in the log: retention has overtaken us, or the topic was rebuilt. Starts at what there is.</summary>
    private async Task RestartAsync(KafkaPartition partition)
    {
        var position = partition.Tracker.Position;
        KafkaTelemetry.DataLoss.Add(1, KafkaTelemetry.Tags(Topic, partition.Index));
        for (var attempt = 0; !partition.Closing.IsCancellationRequested; attempt++)
        {
            try
            {
                var range = await QueryAsync(
                    () => _consumer.QueryWatermarkOffsets(new TopicPartition(Topic, partition.Index), QueryTimeout), partition.Closing);
                if (position < range.Low.Value) LogRecordsLost(_provider, Topic, partition.Index, position, range.Low.Value, range.Low.Value - position.Value);
                else LogLogRestarted(_provider, Topic, partition.Index, position, range.Low.Value, range.High.Value);
                await InvokeAsync(() =>
                {
                    if (!_partitions.TryGetValue(partition.Index, out var current) || current != partition) return;
                    partition.HasRestarted = true;
                    Assign(partition, range.Low.Value);
                });
                // By itself librdkafka commits nothing below what it has committed; if this fails, the keeper does it.
                await QueryAsync(() => Commit(new Dictionary<int, long> { [partition.Index] = range.Low.Value }), partition.Closing);
                return;
            }
            catch (Exception exception) when (!partition.Closing.IsCancellationRequested)
            {
                LogOpenFailed(exception, _provider, Topic, partition.Index);
                if (!partition.IsSeeking) return;
                await Task.Delay(Backoff.Next(attempt));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
