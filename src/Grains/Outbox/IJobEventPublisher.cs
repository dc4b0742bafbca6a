using JobRequests.Grains.Abstractions;
using Orleans.Streams;

namespace JobRequests.Grains;

/// <summary>Hands one event to <c>finalevents</c>; returns when that has acknowledged it.</summary>
public interface IJobEventPublisher
{
    Task PublishAsync(JobEvent jobEvent);
}

internal sealed class StreamJobEventPublisher(IStreamProvider provider, IJobEventListener? listener, PublicationBacklog backlog)
    : IJobEventPublisher, IDisposable
{
    public async Task PublishAsync(JobEvent jobEvent)
    {
        backlog.Begin(this, jobEvent.At);
        // Before the stream, which answers only when the views are stored: who listens has waited long enough.
        listener?.OnEvent(jobEvent);
        await provider.GetStream<JobEvent>(StreamId.Create(StreamNames.FinalEvents, ViewShards.Of(jobEvent.JobRequestId))).OnNextAsync(jobEvent);
        backlog.End(this);
    }

    /// <summary>What was not published is another activation's business.</summary>
    public void Dispose() => backlog.End(this);
}
