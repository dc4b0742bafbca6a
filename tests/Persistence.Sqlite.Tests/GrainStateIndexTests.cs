using JobRequests.Testing;
using Orleans.Storage;

namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class GrainStateIndexTests : GrainStateIndexConformance, IAsyncLifetime
{
    private static readonly GrainStateIndex Due = new("task", "$.Due");
    private static readonly GrainStateIndex City = new("task", "$.Place.City");
    private readonly TemporaryFolder _folder = new();
    private SqliteGrainStorage _storage = null!;

    protected override IGrainStorage Storage => _storage;

    public async ValueTask InitializeAsync() =>
        _storage = await StorageFixture.OpenAsync(new SqliteDatabaseOptions { DataFolder = _folder.Path }, Due, City);

    [Fact]
    public async Task Other_states_and_other_services_are_not_found()
    {
        await WriteAsync("a", due: 1);
        await _storage.WriteStateAsync("other", GrainId.Create("task", "a"), new GrainState<Work>(new Work { Due = 1 }));
        var neighbour = StorageFixture.Create(_storage.Database, "another service", Due);
        await neighbour.InitializeAsync();
        await neighbour.WriteStateAsync("task", GrainId.Create("task", "n"), new GrainState<Work>(new Work { Due = 1 }));

        Assert.Equal("a", Assert.Single(await _storage.FindAsync("task", "$.Due", IndexMatch.Equal, 1)).GrainId.Key.ToString());
        Assert.Equal("n", Assert.Single(await neighbour.FindAsync("task", "$.Due", IndexMatch.Equal, 1)).GrainId.Key.ToString());
    }

    [Fact]
    public async Task A_record_says_how_often_it_was_written()
    {
        await WriteAsync("a", due: 7);

        var record = Assert.Single(await _storage.ReadBatchAsync("task"));

        Assert.Equal((7d, 1L), (_storage.Deserialize<Work>(record)!.Due, record.Version));
    }

    [Theory]
    [InlineData(IndexMatch.AtMost)]
    [InlineData(IndexMatch.Equal)]
    public async Task Declared_indexes_are_really_used_for_search_and_order(IndexMatch match)
    {
        var plan = await PlanAsync(GrainStateTable.FindSql(Due, match, includeData: true, isBounded: true), "test", 5, 10, "task/a", "task/b");

        var step = Assert.Single(plan); // a second step would be a sort
        Assert.StartsWith($"SEARCH grain_state USING INDEX {Due.SqlName}", step);
    }

    [Fact]
    public async Task Reads_writes_and_scans_search_the_key()
    {
        foreach (var where in new[] { "grain_id = $3", "grain_id > $3 ORDER BY grain_id LIMIT 10" })
        {
            var plan = await PlanAsync($"SELECT data FROM grain_state WHERE service_id = $1 AND state_name = $2 AND {where}", "test", "task", "x");
            Assert.StartsWith("SEARCH grain_state USING INDEX sqlite_autoindex_grain_state_1", Assert.Single(plan));
        }
    }

    [Fact]
    public async Task An_index_declared_later_covers_the_records_that_exist()
    {
        await WriteAsync("a", due: 1, note: "early");
        var later = StorageFixture.Create(_storage.Database, "test", new GrainStateIndex("task", "$.Note"));
        await later.InitializeAsync();

        Assert.Single(await later.FindAsync("task", "$.Note", IndexMatch.Equal, "early"));
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.Database.DisposeAsync();
        _folder.Dispose();
    }

    protected override async Task<List<StoredWork>> FindEqualAsync(string path, object value, bool includeData = false) =>
        Found(await _storage.FindAsync("task", path, IndexMatch.Equal, value, includeData: includeData));

    protected override async Task<List<StoredWork>> FindAtMostAsync(string path, object value, int limit = 100, GrainId? from = null, GrainId? before = null) =>
        Found(await _storage.FindAsync("task", path, IndexMatch.AtMost, value, limit, from: from, before: before));

    protected override IAsyncEnumerable<List<StoredWork>> ScanAsync(int batchSize) => _storage.ScanAsync("task", batchSize)
        .Select(static batch => batch.ConvertAll(static record => new StoredWork(record.GrainId, null, record.ETag, record.Data.ToString())));

    protected override Task<long> CountAsync() => _storage.CountAsync("task");

    private Task<List<string>> PlanAsync(string sql, params object[] parameters) =>
        _storage.Database.ReadAsync(session => session.Query("EXPLAIN QUERY PLAN " + sql, static row => row.GetString(3), parameters));

    private static List<StoredWork> Found(List<IndexedGrain> grains) =>
        grains.ConvertAll(static grain => new StoredWork(grain.GrainId, grain.Value, grain.ETag, grain.Data?.ToString()));
}
