using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo.Tests;

public sealed class SqliteJobViewRebuildTests : JobViewRebuildConformance, IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"views-{Guid.NewGuid():N}");
    private SqliteDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder });
        await _database.EnsureAsync(SqliteJobViewStore.Component);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_finished_or_interrupted_rebuild_leaves_nothing_behind()
    {
        var rig = await FreshAsync();
        await rig.Stores[0].WriteAsync([]);
        var generation = await rig.Generations.BeginAsync(TestContext.Current.CancellationToken);
        await rig.Generations.SwitchAsync(generation, TestContext.Current.CancellationToken);
        Assert.Equal(["job_view", "job_view_candidate", "job_view_metadata"], await TablesAsync());

        await rig.Generations.BeginAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, (await TablesAsync()).Count);
        await SqliteJobViewGenerations.DropLeftoversAsync(_database, TestContext.Current.CancellationToken);
        Assert.Equal(["job_view", "job_view_candidate", "job_view_metadata"], await TablesAsync());
    }

    private protected override Task<Rig> FreshAsync()
    {
        var store = new SqliteJobViewStore(_database);
        return Task.FromResult(
            new Rig([store, store], new SqliteJobViewIndex(_database), new SqliteJobViewGenerations(_database), () => new SqliteJobViewGenerations(_database)));
    }

    private Task<List<string>> TablesAsync() => _database.ReadAsync(static session =>
        session.Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'job_view%' ORDER BY name", static row => row.GetString(0)));
}
