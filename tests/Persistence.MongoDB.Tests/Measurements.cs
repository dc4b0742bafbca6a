using System.Diagnostics;
using JobRequests.Testing;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>Figures for the decision on shared requests; run with <c>-explicit only</c>.</summary>
public sealed class Measurements
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    [Theory(Explicit = true)]
    [InlineData(1, 1, 64)]
    [InlineData(1, 100, 4)]
    [InlineData(64, 1, 64)]
    [InlineData(64, 100, 1)]
    [InlineData(64, 100, 2)]
    [InlineData(64, 100, 4)]
    [InlineData(64, 100, 8)]
    [InlineData(256, 1, 64)]
    [InlineData(256, 100, 2)]
    [InlineData(256, 100, 4)]
    public async Task Updates_a_second(int callers, int maxBatchSize, int maxInFlight)
    {
        await using var test = await TestStorage.OpenAsync(options => (options.MaxBatchSize, options.MaxBatchesInFlight) = (maxBatchSize, maxInFlight));
        await RunAsync(test.Storage, callers, TimeSpan.FromSeconds(1));

        var latencies = await RunAsync(test.Storage, callers, Duration);

        latencies.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{callers} callers, batches of {maxBatchSize}, {maxInFlight} in flight: {latencies.Count / Duration.TotalSeconds:f0} writes/s, "
            + $"median {latencies[latencies.Count / 2]:f2} ms, p99 {latencies[latencies.Count * 99 / 100]:f2} ms");
    }

    private static async Task<List<double>> RunAsync(MongoGrainStorage storage, int callers, TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var (grain, seen) = (GrainId.Create("grain", Guid.NewGuid().ToString("N")), new List<double>());
            // Some 2 KB, as a job with a few answers has.
            var state = new GrainState<ConformanceState>(new ConformanceState { Text = "text" });
            state.State!.Items.AddRange(Enumerable.Range(0, 40).Select(static i => $"{i:000} the quick brown fox jumps over the lazy dog"));
            while (Stopwatch.GetTimestamp() < end)
            {
                var started = Stopwatch.GetTimestamp();
                await storage.WriteStateAsync("measured", grain, state);
                seen.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            return seen;
        })));
        return [.. latencies.SelectMany(static seen => seen)];
    }
}
