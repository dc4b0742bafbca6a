using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>Hands one event to <c>finalevents</c>; returns when that has acknowledged it.</summary>
public interface IJobEventPublisher
{
    Task PublishAsync(JobEvent jobEvent);
}
