using Confluent.Kafka;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Kafka;

/// <summary>
/// Puts parked records back where they came from: key, value and headers byte for byte, into their old partition, in their order. How far
/// it came is committed under the replay group after the broker has acknowledged; a run that is cut off in between puts a few records back
/// twice, which their jobs tell apart.
/// </summary>
internal sealed class Replay(KafkaServer server, IAdminClient admin, TopicNames names)
{
    private const int AtOnce = 500;

    public int PutBack { get; private set; }

    public int LeftOut { get; private set; }

    /// <summary>What it does, or would do, line by line.</summary>
    public event Action<string>? Progress;

    /// <param name="parked">What is parked.</param>
    /// <param name="again">Also what was put back before.</param>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="KafkaFailedException">Kafka does not take a record. What was put back is counted and marked.</exception>
    public async Task RunAsync(ParkedTopic parked, bool again, bool dryRun, CancellationToken cancellation)
    {
        using var writer = server.Writer();
        var partitions = server.PartitionsOf(server.Describe(admin), names.Requests);
        foreach (var partition in parked.Partitions)
        {
            foreach (var batch in parked.Read(partition, again, cancellation).Chunk(AtOnce))
            {
                var sent = new List<(ParkedItem Item, Task<DeliveryResult<byte[]?, byte[]?>> Delivery)>();
                foreach (var item in batch)
                {
                    if (item.Hindrance(names.Requests, partitions) is { } hindrance)
                    {
                        LeftOut++;
                        Progress?.Invoke($"left out   {RecordText.At(item.Record),-10} {RecordText.OneLine(hindrance)}");
                    }
                    else if (dryRun)
                    {
                        PutBack++;
                        Progress?.Invoke($"would put  {Describe(item)}");
                    }
                    else
                    {
                        sent.Add((item, writer.ProduceAsync(new TopicPartition(item.Origin!.Topic, item.Origin.Partition), Original(item))));
                    }
                }

                if (!dryRun)
                    await MarkAsync(partition, batch[^1].Record.Offset.Value + 1, sent);
            }
        }
    }

    private async Task MarkAsync(ParkedPartition partition, long end, List<(ParkedItem Item, Task<DeliveryResult<byte[]?, byte[]?>> Delivery)> sent)
    {
        KafkaException? failure = null;
        foreach (var (item, delivery) in sent)
        {
            try
            {
                await delivery;
            }
            catch (KafkaException exception)
            {
                // What follows may have arrived nevertheless: it is put back again, behind this one.
                failure ??= exception;
                end = Math.Min(end, item.Record.Offset.Value);
                continue;
            }

            if (failure is not null)
                continue;
            PutBack++;
            Progress?.Invoke($"put back   {Describe(item)}");
        }

        // A replay of old records does not make newer ones wait again.
        if (end > partition.Waiting)
            await Offsets.CommitAsync(server, admin, names.ReplayGroup, partition.At, end);
        if (failure is not null)
            throw server.Failed(failure);
    }

    private static Message<byte[]?, byte[]?> Original(ParkedItem item)
    {
        var headers = new Headers();
        foreach (var header in ParkedRecord.OriginalHeaders(RecordText.Headers(item.Record)))
            headers.Add(header.Name, header.Value.ToArray());
        return new Message<byte[]?, byte[]?> { Key = item.Record.Message.Key, Value = item.Record.Message.Value, Headers = headers };
    }

    private static string Describe(ParkedItem item) =>
        $"{RecordText.At(item.Record),-10} → {item.Origin!.Topic} {item.Origin.Partition}, was offset {item.Origin.Offset}, key {RecordText.Key(item.Record)}";
}
