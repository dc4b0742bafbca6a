using JobRequests.Gateway;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.InProcess;

namespace JobRequests.Standalone;

/// <summary>The log in this process: the depth of its queues.</summary>
internal sealed class InProcessRequestBacklog([FromKeyedServices(StreamNames.Requests)] InProcessStreamStatus streams) : IRequestBacklog
{
    public Task<IReadOnlyList<PartitionBacklog>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PartitionBacklog>>(
        [.. streams.GetQueues().Select(static queue => new PartitionBacklog(queue.Number, queue.Finished + queue.Waiting, queue.Finished))]);

    public int PartitionOf(string jobRequestId) => streams.QueueOf(StreamId.Create(StreamNames.Requests, jobRequestId));
}
