using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Kafka;

/// <param name="Record">The parked copy.</param>
/// <param name="Origin">Where it comes from and why it is here; null where somebody else wrote it.</param>
/// <param name="Replayed">Whether it was put back already.</param>
internal sealed record ParkedItem(ConsumeResult<byte[]?, byte[]?> Record, ParkedOrigin? Origin, bool Replayed)
{
    /// <summary>Why it cannot be put back, or null.</summary>
    /// <param name="topic">Where parked records may be put back to: their marks are not a permission to write anywhere.</param>
    /// <param name="partitions">How many partitions that topic has.</param>
    public string? Hindrance(string topic, int partitions) => this switch
    {
        { Origin: null } => "it has no origin: somebody else wrote it",
        _ when Origin.Topic != topic => $"it comes from '{Origin.Topic}', not from '{topic}'",
        _ when RecordText.Headers(Record).Any(header => header.Name == ParkedRecord.ValueOmitted) => "its value was too large to be parked",
        _ when Origin.Partition >= partitions => $"'{Origin.Topic}' has no partition {Origin.Partition}",
        _ => null,
    };
}

/// <summary>The parked records as they were when it was opened.</summary>
internal sealed class ParkedTopic(KafkaServer server, TopicReader reader, IReadOnlyList<ParkedPartition> partitions) : IDisposable
{
    public IReadOnlyList<ParkedPartition> Partitions => partitions;

    /// <exception cref="KafkaFailedException">There is no such topic, or Kafka does not answer.</exception>
    public static async Task<ParkedTopic> OpenAsync(KafkaServer server, IAdminClient admin, TopicNames names)
    {
        var count = server.PartitionsOf(server.Describe(admin), names.Parked);
        TopicPartition[] all = [.. Enumerable.Range(0, count).Select(partition => new TopicPartition(names.Parked, partition))];
        var start = await Offsets.OfAsync(server, admin, all, OffsetSpec.Earliest());
        var end = await Offsets.OfAsync(server, admin, all, OffsetSpec.Latest());
        var replayed = await Offsets.CommittedAsync(server, admin, all, names.ReplayGroup);
        return new ParkedTopic(server, new TopicReader(server), [.. all.Select(partition => new ParkedPartition(
            partition, start[partition], end[partition], Math.Max(start[partition], replayed.GetValueOrDefault(partition))))]);
    }

    /// <summary>The records of one partition, in order.</summary>
    /// <param name="partition">One of <see cref="Partitions"/>.</param>
    /// <param name="all">Also those that were put back already.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IEnumerable<ParkedItem> Read(ParkedPartition partition, bool all, CancellationToken cancellation) =>
        reader.Read(partition.At, all ? partition.Start : partition.Waiting, partition.End, cancellation).Select(record => Item(record, partition));

    /// <exception cref="KafkaFailedException">There is no such record.</exception>
    public ParkedItem Find(int partition, long offset, CancellationToken cancellation)
    {
        if (partition < partitions.Count && offset >= partitions[partition].Start && offset < partitions[partition].End
            && reader.First(partitions[partition].At, offset, offset + 1, cancellation) is { } record)
            return Item(record, partitions[partition]);
        throw new KafkaFailedException($"There is no parked record {partition}:{offset} at {server.Bootstrap}; `jobctl parked list --all` shows those that are there.", ExitCode.Refused);
    }

    public void Dispose() => reader.Dispose();

    private static ParkedItem Item(ConsumeResult<byte[]?, byte[]?> record, ParkedPartition partition) =>
        new(record, ParkedRecord.Read(RecordText.Headers(record)), record.Offset.Value < partition.Waiting);
}

/// <param name="At">The partition.</param>
/// <param name="Start">The first offset that is there.</param>
/// <param name="End">The offset after the last one.</param>
/// <param name="Waiting">The first offset that was not put back.</param>
internal sealed record ParkedPartition(TopicPartition At, long Start, long End, long Waiting);
