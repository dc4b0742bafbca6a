using JobRequests.Grains.Abstractions;
using Orleans.Streams;

namespace JobRequests.Grains;

internal sealed class StreamJobEventPublisher(IStreamProvider provider, IJobEventListener? listener) : IJobEventPublisher
{
    public Task PublishAsync(JobEvent jobEvent)
    {
        // Before the stream, which answers only when the views are stored: who listens has waited long enough.
        listener?.OnEvent(jobEvent);
        return provider.GetStream<JobEvent>(StreamId.Create(StreamNames.FinalEvents, ViewShards.Of(jobEvent.JobRequestId))).OnNextAsync(jobEvent);
    }
}
