using JobRequests.Grains.Abstractions;
using Orleans.Streams;

namespace JobRequests.Grains;

/// <summary>Hands one event to <c>finalevents</c>, and to the log that this process keeps; returns when both have acknowledged it.</summary>
public interface IJobEventPublisher
{
    Task PublishAsync(JobEvent jobEvent);
}

internal sealed class StreamJobEventPublisher(IStreamProvider provider, IJobEventLog? log, PublicationBacklog backlog)
    : IJobEventPublisher, IDisposable
{
    public async Task PublishAsync(JobEvent jobEvent)
    {
        backlog.Begin(this, jobEvent.At);
        var stream = provider.GetStream<JobEvent>(StreamId.Create(StreamNames.FinalEvents, ViewShards.Of(jobEvent.JobRequestId)));
        await Task.WhenAll(log?.AppendAsync(jobEvent) ?? Task.CompletedTask, stream.OnNextAsync(jobEvent));
        backlog.End(this);
    }

    /// <summary>What was not published is another activation's business.</summary>
    public void Dispose() => backlog.End(this);
}
