using System.Diagnostics;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// Operations on their way to the writer. A monitor, not a channel: its one reader is a blocking thread, and a channel would wake it
/// through the thread pool, whose queue is longest exactly when writes matter most.
/// </summary>
internal sealed class SqliteWriteQueue(int maxGroupSize, TimeSpan coalesceWindow)
{
    private readonly object _gate = new();
    private readonly Queue<WriteOperation> _now = new();
    private readonly Queue<WriteOperation> _soon = new();
    private bool _closed;

    public bool TryEnqueue(WriteOperation operation)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            SqliteMetrics.Queued(1);
            if (operation.Priority == WritePriority.Now)
            {
                _now.Enqueue(operation);
                Monitor.Pulse(_gate);
            }
            else
            {
                _soon.Enqueue(operation);
                // The writer must learn of the first one, to start its clock, and of a full group; the rest would only wake it for nothing.
                if (_soon.Count == 1 || _soon.Count >= maxGroupSize)
                    Monitor.Pulse(_gate);
            }
            return true;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Blocks until there is something to commit, and takes it; false once the queue is closed and empty.</summary>
    public bool Take(List<WriteOperation> group)
    {
        lock (_gate)
        {
            while (_now.Count == 0)
            {
                if (_soon.Count == 0)
                {
                    if (_closed)
                        return false;
                    Monitor.Wait(_gate);
                    continue;
                }
                var left = UntilDue();
                if (_closed || left <= TimeSpan.Zero || _soon.Count >= maxGroupSize)
                    break;
                Monitor.Wait(_gate, (int)Math.Ceiling(left.TotalMilliseconds));
            }
            // Under a steady stream of urgent writes the overdue ones still get a quarter of each group.
            var reserved = _soon.Count > 0 && UntilDue() <= TimeSpan.Zero ? Math.Min(_soon.Count, maxGroupSize / 4) : 0;
            Move(_now, group, maxGroupSize - reserved);
            Move(_soon, group, maxGroupSize);
            return true;
        }
    }

    private TimeSpan UntilDue() => coalesceWindow - Stopwatch.GetElapsedTime(_soon.Peek().EnqueuedAt);

    private static void Move(Queue<WriteOperation> queue, List<WriteOperation> group, int limit)
    {
        while (group.Count < limit && queue.TryDequeue(out var operation))
        {
            SqliteMetrics.Queued(-1);
            if (operation.TryTake())
                group.Add(operation);
        }
    }
}

/// <summary>How soon a write must be durable. There is no order between operations of different priorities.</summary>
public enum WritePriority
{
    /// <summary>Committed with the next group: about one fsync when nothing else is queued.</summary>
    Now,

    /// <summary>May wait up to <see cref="SqliteDatabaseOptions.CoalesceWindow"/> to share a commit with others.</summary>
    Soon,
}
