using JobRequests.Grains;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Product;

/// <summary>An index whose answers a test may hold back.</summary>
internal sealed class HeldIndex(IJobViewIndex index) : IJobViewIndex
{
    /// <summary>While it is set, a scan or a count waits until it is cancelled, and says so.</summary>
    public Scan? Held { get; set; }

    public async Task<IReadOnlyList<ViewEntry>> ScanAsync(ViewOrder order, JobPosition? after, int count, bool withContent, CancellationToken cancellationToken)
    {
        await HoldAsync(cancellationToken);
        return await index.ScanAsync(order, after, count, withContent, cancellationToken);
    }

    public async Task<JobStatistics> CountStatisticsAsync(StatisticsQuery query, int maxJobs, int maxCandidates, CancellationToken cancellationToken)
    {
        await HoldAsync(cancellationToken);
        return await index.CountStatisticsAsync(query, maxJobs, maxCandidates, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(string? requester, CancellationToken cancellationToken)
    {
        await HoldAsync(cancellationToken);
        return await index.CountAsync(requester, cancellationToken);
    }

    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (Held is not { } held) return;
        held.Began.TrySetResult();
        await using var registration = cancellationToken.Register(() => held.Cancelled.TrySetResult());
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    internal sealed class Scan
    {
        public TaskCompletionSource Began { get; } = new();

        public TaskCompletionSource Cancelled { get; } = new();
    }
}
