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

    public async Task<JobView?> ReadAsync(string jobRequestId)
    {
        await Task.Yield();
        return this[jobRequestId];
    }

    public async Task<bool> WriteAsync(JobView view)
    {
        await BeforeWrite(view);
        Interlocked.Increment(ref _writes);
        var stored = _views.AddOrUpdate(view.JobRequestId, view, (_, before) => view.Version > before.Version ? view : before);
        return ReferenceEquals(stored, view);
    }
}
