using System.Collections.Concurrent;

namespace JobRequests.Grains;

/// <summary>The events that jobs of this process try to publish: of each job the first one that is not acknowledged.</summary>
internal sealed class PublicationBacklog(TimeProvider clock) : IViewFeed
{
    private readonly ConcurrentDictionary<StreamJobEventPublisher, DateTimeOffset> _waiting = new();

    public void Begin(StreamJobEventPublisher publisher, DateTimeOffset at) => _waiting[publisher] = at;

    public void End(StreamJobEventPublisher publisher) => _waiting.TryRemove(publisher, out _);

    public TimeSpan ReadLag()
    {
        if (_waiting.IsEmpty) return TimeSpan.Zero;
        var oldest = DateTimeOffset.MaxValue;
        foreach (var (_, at) in _waiting) oldest = at < oldest ? at : oldest;
        var lag = clock.GetUtcNow() - oldest;
        return lag > TimeSpan.Zero ? lag : TimeSpan.Zero;
    }
}
