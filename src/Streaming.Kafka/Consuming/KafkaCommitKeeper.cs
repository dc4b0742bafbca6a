using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobRequests.Streaming.Kafka.Consuming;

/// <summary>
/// Makes sure that what was committed stays committed. A former owner of a partition that was paused and woke up commits an older offset;
/// a commit may have failed; and a broker forgets offsets of a group without members after some days: a quiet partition is committed again.
/// </summary>
internal sealed partial class KafkaCommitKeeper
{
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromDays(1);

    private readonly KafkaConsumerHub _hub;
    private readonly ILogger _logger;
    private readonly Dictionary<int, (KafkaPartition Partition, long Watermark)> _seen = [];
    private long _renewedAt = Stopwatch.GetTimestamp();

    public KafkaCommitKeeper(KafkaConsumerHub hub, TimeSpan period, ILogger logger, CancellationToken stopping)
    {
        _hub = hub;
        _logger = logger;
        // Not on the scheduler of the agent that needs the first partition.
        _ = Task.Run(() => RunAsync(period, stopping), CancellationToken.None);
    }

    private async Task RunAsync(TimeSpan period, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(period);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    await CheckAsync(stopping);
                }
                catch (Exception exception) when (!stopping.IsCancellationRequested)
                {
                    LogCheckFailed(exception, _hub.Topic, _hub.ConsumerGroup);
                }
            }
        }
        catch (Exception exception) when (stopping.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException)
        {
            // The hub is closed.
        }
    }

    private async Task CheckAsync(CancellationToken stopping)
    {
        // What was finished before the last check has had the time to be committed.
        var due = _hub.Partitions
            .Where(partition => _seen.TryGetValue(partition.Index, out var seen) && seen.Partition == partition)
            .ToDictionary(partition => partition.Index, partition => _seen[partition.Index].Watermark);
        _seen.Clear();
        foreach (var partition in _hub.Partitions)
            if (partition.Tracker.Watermark is { } watermark)
                _seen[partition.Index] = (partition, watermark);
        if (due.Count == 0) return;

        var committed = await _hub.QueryAsync(() => _hub.Committed(due.Keys), stopping);
        var renews = Stopwatch.GetElapsedTime(_renewedAt) >= RenewPeriod;
        var behind = new Dictionary<int, long>();
        foreach (var (partition, watermark) in due)
        {
            // A log that has restarted has smaller offsets.
            if (!_seen.TryGetValue(partition, out var now) || now.Watermark < watermark) continue;
            if (committed[partition] is { } found && found >= watermark && !renews && !(now.Partition.HasRestarted && found > now.Watermark)) continue;
            if (committed[partition] is null && watermark == 0 && !renews) continue;
            behind[partition] = now.Watermark;
            if (!renews) LogBehind(_hub.Topic, partition, _hub.ConsumerGroup, committed[partition], now.Watermark);
        }

        if (behind.Count == 0) return;
        await _hub.QueryAsync(() => _hub.Commit(behind), stopping);
        if (renews) _renewedAt = Stopwatch.GetTimestamp();
        foreach (var partition in behind.Keys) KafkaTelemetry.Recommits.Add(1, KafkaTelemetry.Tags(_hub.Topic, partition));
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Partition {Partition} of {Topic}: group {ConsumerGroup} is at offset {Offset}, but {Watermark} was finished here; it is committed again.")]
    private partial void LogBehind(string topic, int partition, string consumerGroup, long? offset, long watermark);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The committed offsets of {Topic}, group {ConsumerGroup}, could not be checked.")]
    private partial void LogCheckFailed(Exception exception, string topic, string consumerGroup);
}
