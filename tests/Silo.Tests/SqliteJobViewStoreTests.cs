using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo.Tests;

public sealed class SqliteJobViewStoreTests : JobViewStoreConformance, IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"views-{Guid.NewGuid():N}");
    private SqliteDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder });
        await _database.OpenAsync();
        await _database.EnsureAsync(SqliteJobViewStore.Component);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Views_of_the_first_release_are_read_and_listed()
    {
        await using var database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = Path.Combine(_folder, "old") });
        await database.EnsureAsync(
            SqliteJobViewStore.Component with { Migrations = [SqliteJobViewStore.Component.Migrations[0]] }, TestContext.Current.CancellationToken);
        const string Job = "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11";
        const string Golden =
            """
            {"status":"Accepted","version":2,"epoch":1,"requester":"zoe","title":"Окна","candidates":[{"id":"ann","answer":"Accepted"},{"id":"bob"}],"winner":"ann",
             "tasks":[{"id":"t1","name":"windows","done":false}],"createdAt":"2026-11-23T10:00:00+00:00","lastEventAt":"2026-11-23T10:00:01+00:00","later":{"x":1}}
            """;
        await database.WriteAsync(session => session.Execute(
            "INSERT INTO job_view (job_id, version, status, requester, created_at, data) VALUES ($1, 2, 'Accepted', 'zoe', 1795428000000, $2)", Job,
            System.Text.Encoding.UTF8.GetBytes(Golden)));

        await database.EnsureAsync(SqliteJobViewStore.Component, TestContext.Current.CancellationToken);

        var store = new SqliteJobViewStore(database);
        var page = await new JobViewQueries(store, new SqliteJobViewIndex(database)).ListAsync(
            new Grains.Abstractions.JobQuery(null, "bob", null, "окна", null, 50), new Grains.Abstractions.Caller("bob", IsAdmin: false));
        Assert.Equal((Job, "Accepted", 2), (Assert.Single(page.Jobs).JobRequestId, page.Jobs[0].Status, page.Jobs[0].Version));
        var view = (await store.ReadAsync([Job]))[Job];
        Assert.Empty(await store.WriteAsync([view with { Job = view.Job with { Version = 3 } }]));
    }

    protected override Task<IJobViewStore> StoreAsync() => Task.FromResult<IJobViewStore>(new SqliteJobViewStore(_database));
}
