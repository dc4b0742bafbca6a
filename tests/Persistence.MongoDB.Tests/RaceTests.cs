using JobRequests.Testing;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>Compare-and-set on the real server, with and without shared requests, from one process and as if from several.</summary>
public sealed class RaceTests : IAsyncLifetime
{
    private const string Name = "race";
    private readonly List<TestStorage> _storages = [];

    public async ValueTask InitializeAsync()
    {
        var database = TestStorage.NewDatabase();
        // Each has requests of its own, as each silo has.
        foreach (var batchSize in new[] { 1, 100, 100, 100 })
            _storages.Add(await TestStorage.OpenAsync(options => options.MaxBatchSize = batchSize, database));
    }

    [Fact]
    public async Task One_of_64_writers_from_one_ETag_wins()
    {
        var grain = GrainId.Create("grain", "contended");
        var current = State(0);
        await Storage(0).WriteStateAsync(Name, grain, current);
        for (var round = 1; round <= 50; round++)
        {
            var writers = Enumerable.Range(0, 64).Select(i => State((round * 100) + i, current.ETag)).ToList();

            var won = await Task.WhenAll(writers.Select((state, i) => Task.Run(() => TryAsync(Storage(i), grain, state))));

            var winner = Assert.Single(writers, state => won[writers.IndexOf(state)]);
            var read = new GrainState<ConformanceState>();
            await Storage(0).ReadStateAsync(Name, grain, read);
            Assert.Equal((winner.ETag, winner.State!.Number), (read.ETag, read.State!.Number));
            current = read;
        }
    }

    [Fact]
    public async Task Of_64_inserts_one_wins_in_each_of_50_rounds()
    {
        for (var round = 0; round < 50; round++)
        {
            var grain = GrainId.Create("grain", $"new {round}");
            var writers = Enumerable.Range(0, 64).Select(i => State(i)).ToList();

            var won = await Task.WhenAll(writers.Select((state, i) => Task.Run(() => TryAsync(Storage(i), grain, state))));

            var winner = Assert.Single(writers, state => won[writers.IndexOf(state)]);
            var read = new GrainState<ConformanceState>();
            await Storage(0).ReadStateAsync(Name, grain, read);
            Assert.Equal((winner.ETag, winner.State!.Number), (read.ETag, read.State!.Number));
        }
    }

    [Fact]
    public async Task Rivals_sharing_requests_have_one_winner_a_grain()
    {
        var grains = Enumerable.Range(0, 200).Select(i => GrainId.Create("grain", $"shared {i}")).ToList();
        var current = grains.Select(static _ => State(0)).ToList();
        for (var round = 1; round <= 5; round++)
        {
            // Half of the requests' members are stale by the time they arrive, and nobody knows which half.
            var rivals = grains.Select((_, g) => Enumerable.Range(1, 2).Select(i => State((round * 10) + i, current[g].ETag)).ToList()).ToList();

            var won = await Task.WhenAll(Enumerable.Range(0, 400)
                .Select(n => Task.Run(() => TryAsync(Storage(1 + (n % 2)), grains[n / 2], rivals[n / 2][n % 2]))));

            for (var g = 0; g < grains.Count; g++)
            {
                Assert.True(won[2 * g] ^ won[(2 * g) + 1], $"round {round}, grain {g}: {won[2 * g]} and {won[(2 * g) + 1]}.");
                var winner = rivals[g][won[2 * g] ? 0 : 1];
                var read = new GrainState<ConformanceState>();
                await Storage(3).ReadStateAsync(Name, grains[g], read);
                Assert.Equal((winner.ETag, winner.State!.Number), (read.ETag, read.State!.Number));
                current[g] = read;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in _storages)
            await storage.DisposeAsync();
    }

    private MongoGrainStorage Storage(int i) => _storages[i % _storages.Count].Storage;

    private static GrainState<ConformanceState> State(long number, string? etag = null) =>
        new(new ConformanceState { Text = "text", Number = number }, etag) { RecordExists = etag is not null };

    private static async Task<bool> TryAsync(MongoGrainStorage storage, GrainId grain, GrainState<ConformanceState> state)
    {
        try
        {
            await storage.WriteStateAsync(Name, grain, state);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
