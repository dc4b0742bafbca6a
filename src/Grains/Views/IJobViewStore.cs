using JobRequests.Domain;

namespace JobRequests.Grains;

/// <summary>Where read views live.</summary>
public interface IJobViewStore
{
    /// <returns>The views that there are, by job.</returns>
    Task<IReadOnlyDictionary<string, JobView>> ReadAsync(IReadOnlyCollection<string> jobRequestIds, CancellationToken cancellationToken = default);

    /// <summary>Stores each view unless one of its version or a later one is there. A job comes at most once.</summary>
    /// <returns>Jobs whose view was not stored for that reason.</returns>
    Task<IReadOnlyCollection<string>> WriteAsync(IReadOnlyCollection<JobView> views);
}
