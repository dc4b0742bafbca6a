using System.Diagnostics;
using Confluent.Kafka;

namespace JobRequests.Cli.Kafka;

/// <summary>Reads stretches of partitions, and whole topics as they grow.</summary>
internal sealed class TopicReader(KafkaServer server) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly IConsumer<byte[]?, byte[]?> _consumer = server.Reader();

    /// <summary>The records of one partition from one offset to before another; offsets without a record are left out.</summary>
    /// <exception cref="KafkaFailedException">Kafka stops answering, or refuses.</exception>
    public IEnumerable<ConsumeResult<byte[]?, byte[]?>> Read(TopicPartition partition, long from, long to, CancellationToken cancellationToken)
    {
        if (from >= to)
            yield break;
        _consumer.Assign(new TopicPartitionOffset(partition, from));
        var heard = Stopwatch.GetTimestamp();
        while (true)
        {
            var record = Consume(cancellationToken);
            if (record is null)
            {
                if (Stopwatch.GetElapsedTime(heard) > Silence)
                    throw server.Failed(new KafkaException(new Error(ErrorCode.Local_TimedOut, $"nothing came from {partition} for {Silence.TotalSeconds} s")));
                continue;
            }

            heard = Stopwatch.GetTimestamp();
            if (record.IsPartitionEOF || record.Offset.Value >= to)
                yield break;
            yield return record;
            if (record.Offset.Value + 1 >= to)
                yield break;
        }
    }

    public ConsumeResult<byte[]?, byte[]?>? First(TopicPartition partition, long from, long to, CancellationToken cancellationToken) =>
        Read(partition, from, to, cancellationToken).FirstOrDefault();

    /// <summary>The records of some partitions as they come, without an end.</summary>
    /// <exception cref="OperationCanceledException">It was enough.</exception>
    public IEnumerable<ConsumeResult<byte[]?, byte[]?>> Follow(IEnumerable<TopicPartitionOffset> from, CancellationToken cancellationToken)
    {
        _consumer.Assign(from);
        while (true)
        {
            if (Consume(cancellationToken) is { IsPartitionEOF: false } record)
                yield return record;
        }
    }

    public void Dispose() => _consumer.Dispose();

    private ConsumeResult<byte[]?, byte[]?>? Consume(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return _consumer.Consume(Poll);
        }
        catch (ConsumeException exception)
        {
            throw server.Failed(exception);
        }
    }
}
