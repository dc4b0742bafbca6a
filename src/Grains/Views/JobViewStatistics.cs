using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>
/// Statistics, which the store works out. One silo asks for few of them at a time: they take the store's time, which lists need too.
/// </summary>
internal sealed class JobViewStatistics(IJobViewIndex index) : IDisposable
{
    private const int AtOnce = 2;

    /// <summary>Jobs counted for one answer.</summary>
    public const int MaxJobs = 100_000;

    /// <summary>People named in one answer.</summary>
    public const int MaxCandidates = 1_000;

    private readonly SemaphoreSlim _turns = new(AtOnce);

    public async Task<JobStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken = default)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await index.CountStatisticsAsync(query, MaxJobs, MaxCandidates, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
