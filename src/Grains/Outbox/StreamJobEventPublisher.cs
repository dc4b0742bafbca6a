using JobRequests.Grains.Abstractions;
using Orleans.Streams;

namespace JobRequests.Grains;

internal sealed class StreamJobEventPublisher(IStreamProvider provider) : IJobEventPublisher
{
    public Task PublishAsync(JobEvent jobEvent) =>
        provider.GetStream<JobEvent>(StreamId.Create(StreamNames.FinalEvents, ViewShards.Of(jobEvent.JobRequestId))).OnNextAsync(jobEvent);
}
