using JobRequests.Gateway.Events;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>A feed of the events that a test tells.</summary>
internal sealed class ScriptedFeed : IJobEventFeed, IDisposable
{
    private Action<JobEvent>? _observers;

    public void Tell(string jobRequestId, int version, string type) =>
        _observers?.Invoke(new JobEvent(jobRequestId, version, type, DateTimeOffset.UtcNow, "ann", "k1", 1, JobEventData.None));

    public IDisposable Subscribe(Action<JobEvent> onEvent, bool withBuffered = false)
    {
        _observers += onEvent;
        return this;
    }

    public void Dispose() => _observers = null;
}
