using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka.Consuming;

namespace JobRequests.Simulation.Tests;

/// <summary>
/// A silo's reading of one partition: from the committed offset on, a batch at a time for each stream, streams beside each other. What was
/// handled is finished; the lowest offset that is not is committed, from time to time.
/// </summary>
internal sealed class PartitionReader<T>(
    SimulatedTopic<T> topic, int partition, Actor actor, Network network, Rules rules, Func<Actor, string,
    IReadOnlyList<(LogPosition Position, T Item, DateTimeOffset WrittenAt)>, Task<int>> deliver)
{
    private const int MaxBatch = 16;

    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepPeriod = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan MaxDeliveryTime = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Queue<(LogPosition Position, T Item, DateTimeOffset WrittenAt)>> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private OffsetTracker? _tracker;
    private long _highest;
    private bool _isFetching;
    private bool _isCommitting;
    private bool _isClosed;

    public void Open() => actor.Start(async () =>
    {
        long? committed = null;
        while (true)
        {
            try
            {
                committed = await network.AskAsync(actor, () => topic.Committed(partition), WaitLimit);
                break;
            }
            catch (IOException)
            {
                await actor.DelayAsync(TimeSpan.FromMilliseconds(200));
            }
        }

        if (_isClosed) return;
        if (actor.World.IsTracing) actor.World.Trace($"{actor.Process.Name} reads {typeof(T).Name} {partition} from {committed}");
        _tracker = new OffsetTracker(committed);
        topic.Appended += OnAppended;
        await FetchAsync();
        // As the commit keeper does: a former owner may have put the offset back.
        while (!_isClosed)
        {
            await actor.DelayAsync(KeepPeriod);
            if (topic.Committed(partition) != _tracker.Watermark && _tracker.Watermark > 0) ScheduleCommit();
        }
    });

    /// <summary>Gives the partition up; what is under way ends by itself.</summary>
    public void Close()
    {
        _isClosed = true;
        topic.Appended -= OnAppended;
    }

    private void OnAppended(int appended)
    {
        if (appended == partition && !_isClosed && !actor.Process.IsDead) actor.Start(FetchAsync);
    }

    private async Task FetchAsync()
    {
        if (_isFetching) return;
        _isFetching = true;
        try
        {
            while (!_isClosed && (_tracker!.Position ?? 0) < topic.Records(partition).Count)
            {
                var from = (int)(_tracker.Position ?? 0);
                List<(string Stream, T Item, DateTimeOffset WrittenAt)> records;
                try
                {
                    records = await network.AskAsync(actor, () => topic.Records(partition).Skip(from).Take(64).ToList(), WaitLimit);
                }
                catch (IOException)
                {
                    continue;
                }

                for (var i = 0; i < records.Count; i++) Receive(from + i, records[i]);
                if (rules.CommitsBeforeApplying) ScheduleCommit();
            }
        }
        finally
        {
            _isFetching = false;
        }
    }

    private void Receive(long offset, (string Stream, T Item, DateTimeOffset WrittenAt) record)
    {
        if (!_tracker!.Receive(offset)) return;
        if (!_waiting.TryGetValue(record.Stream, out var waiting)) _waiting[record.Stream] = waiting = new Queue<(LogPosition, T, DateTimeOffset)>();
        waiting.Enqueue((new LogPosition(partition, offset), record.Item, record.WrittenAt));
        if (_underWay.Add(record.Stream)) actor.Start(() => DeliverAsync(record.Stream, waiting));
    }

    private async Task DeliverAsync(string stream, Queue<(LogPosition Position, T Item, DateTimeOffset WrittenAt)> waiting)
    {
        while (waiting.Count > 0 && !_isClosed)
        {
            var batch = new List<(LogPosition Position, T Item, DateTimeOffset WrittenAt)>();
            while (batch.Count < MaxBatch && waiting.TryDequeue(out var record)) batch.Add(record);
            var handled = await TryDeliverAsync(stream, batch);
            if (handled < batch.Count && !rules.ForgetsFailures) await DeadLetterAsync(batch.Skip(handled));
            if (_isClosed) break;
            foreach (var record in batch)
            {
                _tracker!.Finish(record.Position.Offset);
                _highest = Math.Max(_highest, record.Position.Offset + 1);
            }

            ScheduleCommit();
        }

        _underWay.Remove(stream);
    }

    /// <returns>How many were handled; what is left was abandoned.</returns>
    private async Task<int> TryDeliverAsync(string stream, List<(LogPosition Position, T Item, DateTimeOffset WrittenAt)> batch)
    {
        var started = actor.World.Now;
        while (!_isClosed)
        {
            try
            {
                return await deliver(actor, stream, batch);
            }
            catch (IOException)
            {
                if (actor.World.Now - started > MaxDeliveryTime) return 0;
                await actor.DelayAsync(TimeSpan.FromMilliseconds(300));
            }
        }

        return batch.Count;
    }

    private async Task DeadLetterAsync(IEnumerable<(LogPosition Position, T Item, DateTimeOffset WrittenAt)> batch)
    {
        foreach (var record in batch)
        {
            while (!_isClosed)
            {
                try
                {
                    await network.AskAsync(actor, () => topic.DeadLetter(partition, record.Position.Offset), WaitLimit);
                    break;
                }
                catch (IOException)
                {
                    await actor.DelayAsync(TimeSpan.FromMilliseconds(200));
                }
            }
        }
    }

    private void ScheduleCommit()
    {
        if (_isCommitting) return;
        _isCommitting = true;
        actor.Start(CommitAsync);
    }

    // Also after the partition was abandoned: the commit of a former owner may arrive after its heir's.
    private async Task CommitAsync()
    {
        while (true)
        {
            await actor.DelayAsync(actor.World.Between(20, 1_000));
            var watermark = rules.CommitsBeforeApplying ? _tracker!.Position : rules.CommitsHighest ? _highest : _tracker!.Watermark;
            if (watermark is not { } offset) break;
            try
            {
                await network.AskAsync(actor, () => topic.Commit(partition, offset), WaitLimit);
            }
            catch (IOException)
            {
                continue;
            }

            if (_isClosed || (rules.CommitsHighest ? _highest : _tracker!.Watermark) == offset) break;
        }

        _isCommitting = false;
    }
}
