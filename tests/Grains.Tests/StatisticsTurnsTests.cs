using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains.Tests;

public sealed class StatisticsTurnsTests
{
    private static readonly StatisticsQuery Day = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), null);

    [Fact]
    public async Task A_silo_works_out_few_statistics_at_a_time()
    {
        var index = new SlowIndex();
        using var statistics = new JobViewStatistics(index);
        using var gone = new CancellationTokenSource();
        var first = statistics.CountAsync(Day, gone.Token);
        var others = Enumerable.Range(0, 20).Select(_ => statistics.CountAsync(Day)).ToList();

        Assert.Equal(2, index.Running);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        index.Release.SetResult();
        await Task.WhenAll(others);

        Assert.Equal(2, index.Most);
    }

    private sealed class SlowIndex : IJobViewIndex
    {
        private int _running;

        public TaskCompletionSource Release { get; } = new();

        public int Running => _running;

        public int Most { get; private set; }

        public async Task<JobStatistics> CountStatisticsAsync(StatisticsQuery query, int maxJobs, int maxCandidates, CancellationToken cancellationToken)
        {
            Most = Math.Max(Most, Interlocked.Increment(ref _running));
            try
            {
                await Release.Task.WaitAsync(cancellationToken);
                return new JobStatistics([], [], 0, IsComplete: true);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }

        public Task<IReadOnlyList<ViewEntry>> ScanAsync(
            ViewOrder order, JobPosition? after, int count, bool withContent, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyDictionary<string, long>> CountAsync(string? requester, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
