using JobRequests.Grains;
using JobRequests.Testing.Backends;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;

namespace JobRequests.Silo.Tests;

/// <summary>Two silos, each with a store of its own, learn of the rebuild as those of a cluster do.</summary>
public sealed class MongoJobViewRebuildTests : JobViewRebuildConformance, IAsyncLifetime
{
    private static readonly string[] Silos = ["a", "b"];

    private readonly string _name = $"views-{Guid.NewGuid():N}";
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<MongoJobViewStore> _stores = [];
    private readonly AdvancedClock _clock = new();
    private List<MongoJobViewNotices> _notices = [];
    private MongoClient? _client;
    private MongoJobViewSets? _sets;
    private Task _looking = Task.CompletedTask;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _looking;
        foreach (var store in _stores) await store.DisposeAsync();
        if (_client is not null) await _client.DropDatabaseAsync(_name);
        _client?.Dispose();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Only_the_live_collection_is_left_in_the_end()
    {
        var rig = await FreshAsync();
        var generation = await rig.Generations.BeginAsync(TestContext.Current.CancellationToken);
        await rig.Generations.SwitchAsync(generation, TestContext.Current.CancellationToken);

        Assert.Equal(new JobViewSets { Epoch = 3, Live = generation }, await _sets!.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal([generation], (await CollectionsAsync()).Where(name => name.StartsWith("views", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Any_silo_drops_a_rebuild_that_shows_no_progress()
    {
        var rig = await FreshAsync();
        var lost = await rig.Generations.BeginAsync(TestContext.Current.CancellationToken);

        // An old sign is none that has not changed for long: the clocks of two silos may differ.
        var before = await _sets!.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(await _sets.TrySignAsync(before.Epoch, DateTime.UtcNow.AddDays(-1), TestContext.Current.CancellationToken));
        foreach (var notices in _notices) await notices.LookAsync(TestContext.Current.CancellationToken);
        Assert.Contains(lost, await CollectionsAsync());

        _clock.By = MongoJobViewGenerations.Lost;

        var deadline = DateTime.UtcNow.AddSeconds(60);
        while ((await CollectionsAsync()).Contains(lost)) Assert.True(DateTime.UtcNow < deadline, $"{lost} was not dropped.");
        await Assert.ThrowsAsync<ViewRebuildException>(() => rig.Generations.SwitchAsync(lost, TestContext.Current.CancellationToken));
        Assert.Equal("views", (await _sets.ReadAsync(TestContext.Current.CancellationToken)).Live);
    }

    [Fact]
    public async Task A_silo_that_does_not_confirm_stops_the_rebuild()
    {
        await FreshAsync();
        var clock = new JumpingClock();
        var generations = new MongoJobViewGenerations(_sets!, new TheseSilos([.. Silos, "asleep"]), clock);

        var refused = await Assert.ThrowsAsync<ViewRebuildException>(() => generations.BeginAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Silo asleep has not taken notice", refused.Message);
        Assert.Equal(("views", null),
            ((await _sets!.ReadAsync(TestContext.Current.CancellationToken)).Live, (await _sets.ReadAsync(TestContext.Current.CancellationToken)).Also));
    }

    private protected override async Task<Rig> FreshAsync()
    {
        _client = new MongoClient(await Servers.MongoAsync());
        _sets = new MongoJobViewSets(_client.GetDatabase(_name));
        foreach (var _ in Silos) _stores.Add(new MongoJobViewStore(_client.GetDatabase(_name)));
        _notices =
            [.. Silos.Select(
                (silo, number) => new MongoJobViewNotices(_sets, _stores[number], Generations(), silo, _clock, NullLogger<MongoJobViewNotices>.Instance))];
        foreach (var notice in _notices) await notice.LookAsync(CancellationToken.None);
        _looking = Task.WhenAll(_notices.Select(KeepLookingAsync));
        return new Rig(_stores, new MongoJobViewIndex(_stores[0]), Generations(), Generations);
    }

    private async Task KeepLookingAsync(MongoJobViewNotices notices)
    {
        while (!_stopping.IsCancellationRequested)
        {
            await notices.LookAsync(CancellationToken.None);
            await Task.Delay(20);
        }
    }

    private MongoJobViewGenerations Generations() => new(_sets!, new TheseSilos(Silos), TimeProvider.System) { Quiet = TimeSpan.FromMilliseconds(50) };

    private async Task<List<string>> CollectionsAsync() => await (await _client!.GetDatabase(_name).ListCollectionNamesAsync()).ToListAsync();

    private sealed class TheseSilos(IReadOnlyList<string> silos) : IJobViewSilos
    {
        public Task<IReadOnlyList<string>> FindAsync() => Task.FromResult(silos);
    }

    /// <summary>More has passed by it than by the others.</summary>
    private sealed class AdvancedClock : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(By.TotalSeconds * TimestampFrequency);
    }

    /// <summary>Each look at the time is ten seconds after the one before.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _now = System.GetTimestamp();

        public override long TimestampFrequency => System.TimestampFrequency;

        public override long GetTimestamp() => Interlocked.Add(ref _now, 10 * System.TimestampFrequency);
    }
}
