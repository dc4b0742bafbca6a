using JobRequests.Domain;

namespace JobRequests.Grains;

/// <summary>Where read views live.</summary>
public interface IJobViewStore
{
    /// <returns>The view, or null when there is none.</returns>
    Task<JobView?> ReadAsync(string jobRequestId);

    /// <summary>Stores <paramref name="view"/> unless a view of its version or a later one is there.</summary>
    /// <returns>Whether it was stored.</returns>
    Task<bool> WriteAsync(JobView view);
}
