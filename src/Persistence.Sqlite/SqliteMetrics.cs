using System.Diagnostics.Metrics;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Instruments of all databases of this process, on the meter <see cref="MeterName"/>.</summary>
public static class SqliteMetrics
{
    public const string MeterName = "JobRequests.Persistence.Sqlite";

    private static readonly Meter Meter = new(MeterName);
    private static readonly KeyValuePair<string, object?> Ok = new("outcome", "ok");
    private static readonly KeyValuePair<string, object?> Error = new("outcome", "error");

    private static readonly Counter<long> Writes = Meter.CreateCounter<long>("sqlite.write.operations", "{operation}", "Write operations, by outcome.");
    private static readonly Counter<long> Reads = Meter.CreateCounter<long>("sqlite.read.operations", "{operation}", "Read operations answered.");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "sqlite.storage.conflicts", "{operation}", "Grain state operations refused because the ETag was stale.");
    private static readonly Histogram<int> GroupSize = Meter.CreateHistogram<int>(
        "sqlite.commit.group_size", "{operation}", "Operations that shared one commit.");
    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>(
        "sqlite.commit.duration", "s", "Duration of COMMIT, the disk's part of a write.");

    private static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>(
        "sqlite.write.waiting", "{operation}", "Write operations in the queue.");

    internal static void Queued(int change) => Waiting.Add(change);

    internal static void Committed(int operations, int failed)
    {
        Writes.Add(operations, Ok);
        GroupSize.Record(operations);
        if (failed > 0)
            Writes.Add(failed, Error);
    }

    internal static void Failed(int operations) => Writes.Add(operations, Error);

    internal static void CommitTook(TimeSpan duration) => CommitDuration.Record(duration.TotalSeconds);

    internal static void Read() => Reads.Add(1);

    internal static void Conflict() => Conflicts.Add(1);
}
