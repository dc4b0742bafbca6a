using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace JobRequests.Cli.Kafka;

/// <summary>Where one partition stands.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="Start">The oldest offset that is still there.</param>
/// <param name="End">The offset that the next record gets.</param>
/// <param name="Committed">What the group has finished; null where it has committed nothing, or the topic has no group.</param>
/// <param name="Lag">Records from <paramref name="Committed"/>, else from the start, to the end; null where the topic has no group.</param>
/// <param name="RatePerSecond">Records that came, over the sample.</param>
/// <param name="OldestWaitingSeconds">Age of the first record that is not committed; null where nothing waits.</param>
internal sealed record PartitionReport(int Partition, long Start, long End, long? Committed, long? Lag, double RatePerSecond, double? OldestWaitingSeconds);

/// <param name="Topic">Its name.</param>
/// <param name="Group">Whose progress is shown, or null.</param>
/// <param name="Records">Records that are there, all partitions together.</param>
/// <param name="Lag">Records that wait, all together, or null.</param>
/// <param name="RatePerSecond">All together.</param>
/// <param name="OldestWaitingSeconds">The greatest, or null.</param>
/// <param name="Partitions">Each of them.</param>
internal sealed record TopicReport(
    string Topic, string? Group, long Records, long? Lag, double RatePerSecond, double? OldestWaitingSeconds, IReadOnlyList<PartitionReport> Partitions)
{
    public static async Task<TopicReport> ReadAsync(
        KafkaServer server, IAdminClient admin, string topic, int partitionCount, string? group, TimeSpan sample, CancellationToken cancellationToken)
    {
        TopicPartition[] all = [.. Enumerable.Range(0, partitionCount).Select(partition => new TopicPartition(topic, partition))];
        var earlier = await Offsets.OfAsync(server, admin, all, OffsetSpec.Latest());
        var watch = Stopwatch.StartNew();
        var start = await Offsets.OfAsync(server, admin, all, OffsetSpec.Earliest());
        var committed = group is null ? [] : await Offsets.CommittedAsync(server, admin, all, group);
        if (sample > watch.Elapsed)
            await Task.Delay(sample - watch.Elapsed, cancellationToken);
        var end = await Offsets.OfAsync(server, admin, all, OffsetSpec.Latest());
        var seconds = watch.Elapsed.TotalSeconds;

        var partitions = new List<PartitionReport>();
        using var reader = new TopicReader(server);
        foreach (var at in all)
        {
            long? done = committed.TryGetValue(at, out var offset) ? offset : null;
            var from = Math.Max(done ?? start[at], start[at]);
            long? lag = group is null ? null : Math.Max(end[at] - from, 0);
            var oldest = lag > 0 ? reader.First(at, from, end[at], cancellationToken)?.Message.Timestamp.UtcDateTime : null;
            partitions.Add(new PartitionReport(
                at.Partition, start[at], end[at], done, lag, Math.Round((end[at] - earlier[at]) / seconds, 1),
                oldest is { } time ? Math.Round(Math.Max((DateTime.UtcNow - time).TotalSeconds, 0), 1) : null));
        }

        return new TopicReport(
            topic, group, partitions.Sum(partition => partition.End - partition.Start), group is null ? null : partitions.Sum(partition => partition.Lag),
            Math.Round(partitions.Sum(partition => partition.RatePerSecond), 1), partitions.Max(partition => partition.OldestWaitingSeconds), partitions);
    }
}
