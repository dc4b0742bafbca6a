using System.Collections.Concurrent;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess;

/// <summary>The queues of a process. Silos and clients that share one hub share their streams.</summary>
public sealed class InProcessStreamHub
{
    private readonly ConcurrentDictionary<(string Provider, QueueId Queue), InProcessQueue> _queues = new();

    internal InProcessQueue GetQueue(string provider, QueueId queueId, int capacity) =>
        _queues.GetOrAdd((provider, queueId), static (key, size) => new InProcessQueue(key.Provider, size), capacity);
}
