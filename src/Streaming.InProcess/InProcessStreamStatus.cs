namespace JobRequests.Streaming.InProcess;

/// <summary>One queue at one moment.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Finished">Events that have left it since the process started: delivered or abandoned.</param>
/// <param name="Waiting">Events that have not.</param>
public readonly record struct InProcessQueueStatus(int Number, long Finished, int Waiting);

/// <summary>What a provider does in this process: a keyed singleton under the provider's name.</summary>
public sealed class InProcessStreamStatus
{
    private readonly InProcessStreamAdapterFactory _factory;

    internal InProcessStreamStatus(InProcessStreamAdapterFactory factory) => _factory = factory;

    /// <summary>The queues, in their order.</summary>
    public IReadOnlyList<InProcessQueueStatus> GetQueues() => _factory.GetStatus();

    /// <summary>The number of the queue that a stream's events go through.</summary>
    public int QueueOf(StreamId streamId) => _factory.NumberOf(streamId);
}
