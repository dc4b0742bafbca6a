using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Silo.Tests;

/// <summary>Alone, for they count what the process allocates.</summary>
[CollectionDefinition(nameof(StatisticsMemoryTests), DisableParallelization = true)]
[Collection(nameof(StatisticsMemoryTests))]
public sealed class StatisticsMemoryTests
{
    private const int Jobs = 300;
    private const int Crowd = 100;

    [Fact]
    public async Task SQLite_statistics_need_no_views_in_memory()
    {
        await using var stores = new SqliteJobViewIndexTests();
        await stores.InitializeAsync();
        await MeasureAsync(stores);
    }

    [Fact]
    public async Task MongoDB_statistics_need_no_views_in_memory()
    {
        await using var stores = new MongoJobViewIndexTests();
        await MeasureAsync(stores);
    }

    private static async Task MeasureAsync(JobViewIndexConformance stores)
    {
        var start = new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
        var (store, index) = await stores.FreshAsync();
        string[] people = [.. Enumerable.Range(0, Crowd).Select(number => $"{new string('c', 40)}{number}")];
        await store.WriteAsync([.. Enumerable.Range(0, Jobs)
            .Select(number => JobViewIndexConformance.View(Guid.NewGuid(), start.AddMilliseconds(number), "zoe", people, JobStatus.Open, null))]);
        var query = new StatisticsQuery(start, start.AddHours(1), null);
        using var statistics = new JobViewStatistics(index);

        // The driver's and the runtime's own work goes on beside it: the least of a few tells.
        var (least, found) = (long.MaxValue, default(JobStatistics));
        for (var run = 0; run < 3; run++)
        {
            var before = GC.GetTotalAllocatedBytes();
            found = await statistics.CountAsync(query);
            least = Math.Min(least, GC.GetTotalAllocatedBytes() - before);
        }

        Assert.Equal((Jobs, Crowd, Jobs * Crowd), (found!.Jobs, found.ByCandidate.Length, Assert.Single(found.ByHour).Figures.Offers));
        // Views take more than 300 bytes for each candidate of each job.
        Assert.InRange(least, 0, 40 * Jobs * Crowd);
    }
}
