using JobRequests.Streaming.Kafka.Consuming;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>A decoded record that waits for its delivery.</summary>
internal sealed class CachedRecord(TrackedRecord tracked, object item, IReadOnlyDictionary<string, object>? requestContext = null)
{
    public TrackedRecord Tracked => tracked;

    public object Item => item;

    public IReadOnlyDictionary<string, object>? RequestContext => requestContext;

    /// <summary>Its dead-lettering is under way: that is what finishes it.</summary>
    public bool IsDeadLettered { get; set; }

    /// <summary>It was dead-lettered by the block of its stream: no consumer gets it any more.</summary>
    public bool IsHeld { get; set; }
}
