namespace JobRequests.Streaming.InProcess;

/// <summary>The queue is full: the event was certainly not enqueued.</summary>
public sealed class StreamQueueFullException(string provider, int capacity)
    : Exception($"The stream queue of provider '{provider}' holds {capacity} events already; this one was not enqueued. Try again later.");

/// <summary>The event was abandoned: its handler kept failing, or no consumer was there in time. It may have been handled in part.</summary>
public sealed class StreamDeliveryFailedException(string message) : Exception(message);
