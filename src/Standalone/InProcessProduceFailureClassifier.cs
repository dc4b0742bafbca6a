using JobRequests.Gateway;
using JobRequests.Streaming.InProcess;

namespace JobRequests.Standalone;

/// <summary>A full in-process queue refuses before it takes anything.</summary>
internal sealed class InProcessProduceFailureClassifier : IProduceFailureClassifier
{
    public bool IsCertainlyNotEnqueued(Exception exception) => exception is StreamQueueFullException;
}
