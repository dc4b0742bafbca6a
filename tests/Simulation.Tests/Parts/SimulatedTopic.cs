using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Simulation.Tests;

/// <summary>A topic of the log: partitions, offsets, what the consumers have committed. A record's key decides its partition.</summary>
internal sealed class SimulatedTopic<T>(string name, int partitions, World world, Network network)
{
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(2);

    private readonly List<(string Stream, T Item, DateTimeOffset WrittenAt)>[] _records = [.. Enumerable.Range(0, partitions)
        .Select(_ => new List<(string, T, DateTimeOffset)>())];
    private readonly long?[] _committed = new long?[partitions];

    public int Partitions => partitions;

    public List<LogPosition> DeadLetters { get; } = [];

    /// <summary>Raised with the partition when it has got a record.</summary>
    public event Action<int>? Appended;

    public long? Committed(int partition) => _committed[partition];

    public IReadOnlyList<(string Stream, T Item, DateTimeOffset WrittenAt)> Records(int partition) => _records[partition];

    public bool IsFinished => Enumerable.Range(0, partitions).All(partition => (_committed[partition] ?? 0) == _records[partition].Count);

    /// <summary>Committed of written, by partition.</summary>
    public string Progress =>
        string.Join(", ", Enumerable.Range(0, partitions).Select(partition => $"{_committed[partition] ?? 0} of {_records[partition].Count}"));

    /// <summary>Completes when the record is in the log. Throws <see cref="KafkaProduceException"/>, which says whether it certainly is not.</summary>
    public async Task ProduceAsync(Actor producer, string stream, T item)
    {
        // The producer's own queue is full.
        if (network.Faults.Strikes(Fault.LostRequest)) throw new KafkaProduceException(name, true, "The producer's queue is full.", null);
        try
        {
            await network.AskAsync(producer, () => Append(stream, item), DeliveryTimeout, comesTwice: true);
        }
        catch (IOException exception)
        {
            throw new KafkaProduceException(name, false, "The record was not acknowledged.", exception);
        }
    }

    /// <summary>Takes an offset as the group's, whatever it was before: a commit that was overtaken puts it back.</summary>
    public bool Commit(int partition, long offset)
    {
        _committed[partition] = offset;
        return true;
    }

    /// <summary>Somebody puts the group back.</summary>
    public void Rewind(int partition, int count)
    {
        if (_committed[partition] is not { } committed) return;
        _committed[partition] = Math.Max(0, committed - count);
        world.Trace($"{name}/{partition}: committed offset goes back to {_committed[partition]}");
    }

    public bool DeadLetter(int partition, long offset)
    {
        DeadLetters.Add(new LogPosition(partition, offset));
        return true;
    }

    /// <summary>As an operator does: what was dead-lettered goes back to the end of its partition.</summary>
    public void Replay()
    {
        foreach (var origin in DeadLetters)
        {
            var (stream, item, _) = _records[origin.Partition][(int)origin.Offset];
            Append(stream, item);
        }

        DeadLetters.Clear();
    }

    private long Append(string stream, T item)
    {
        var partition = (int)(uint.Parse(ViewShards.Of(stream), System.Globalization.CultureInfo.InvariantCulture) % partitions);
        _records[partition].Add((stream, item, World.Begin + world.Now));
        Appended?.Invoke(partition);
        return _records[partition].Count - 1;
    }
}
