using System.Collections.Concurrent;
using JobRequests.Domain;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>The view store of a cluster, in this process.</summary>
internal sealed class SharedViews : IJobViewStore
{
    private readonly ConcurrentDictionary<string, JobView> _views = new();
    private int _writes;

    /// <summary>Runs before a view is written.</summary>
    public Func<JobView, Task> BeforeWrite { get; set; } = static _ => Task.CompletedTask;

    public int Writes => _writes;

    public JobView? this[string jobRequestId] => _views.GetValueOrDefault(jobRequestId);

    public async Task<IReadOnlyDictionary<string, JobView>> ReadAsync(IReadOnlyCollection<string> jobRequestIds, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return jobRequestIds.Where(_views.ContainsKey).ToDictionary(id => id, id => _views[id]);
    }

    public async Task<IReadOnlyCollection<string>> WriteAsync(IReadOnlyCollection<JobView> views)
    {
        foreach (var view in views) await BeforeWrite(view);
        Interlocked.Add(ref _writes, views.Count);
        return [.. views.Where(view =>
            !ReferenceEquals(_views.AddOrUpdate(view.JobRequestId, view, (_, before) => view.Version > before.Version ? view : before), view))
                .Select(view => view.JobRequestId)];
    }
}
