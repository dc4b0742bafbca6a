namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class GrainStateIndexTests : IAsyncLifetime
{
    private static readonly GrainStateIndex Due = new("task", "$.Due");
    private static readonly GrainStateIndex City = new("task", "$.Place.City");
    private readonly TemporaryFolder _folder = new();
    private SqliteGrainStorage _storage = null!;

    public async ValueTask InitializeAsync() =>
        _storage = await StorageFixture.OpenAsync(new SqliteDatabaseOptions { DataFolder = _folder.Path }, Due, City);

    [Fact]
    public async Task Grains_below_a_bound_are_found_in_order()
    {
        for (var i = 0; i < 50; i++)
            await WriteAsync($"t{i:00}", due: 1000 - (i * 10));

        var found = await _storage.FindAsync("task", "$.Due", IndexMatch.AtMost, 600, limit: 5);

        Assert.Equal([510L, 520L, 530L, 540L, 550L], found.Select(static grain => (long)grain.Value));
        Assert.Equal(["t49", "t48", "t47", "t46", "t45"], found.Select(static grain => grain.GrainId.Key.ToString()));
        Assert.All(found, static grain => Assert.Null(grain.Data));
    }

    [Fact]
    public async Task Grains_are_found_by_an_equal_nested_value()
    {
        await WriteAsync("a", due: 1, city: "Київ");
        await WriteAsync("b", due: 2, city: "Oslo");
        await WriteAsync("c", due: 3, city: "Київ");

        var found = await _storage.FindAsync("task", "$.Place.City", IndexMatch.Equal, "Київ", includeData: true);

        Assert.Equal(["a", "c"], found.Select(static grain => grain.GrainId.Key.ToString()));
        Assert.Contains("\"Due\":3", found[1].Data!.ToString());
    }

    [Fact]
    public async Task A_slice_of_the_ids_is_found_alone()
    {
        foreach (var id in new[] { "aa", "b", "bz", "c", "d" }) await WriteAsync(id, due: 7);

        Assert.Equal(["b", "bz"], await FindAsync(from: "b", before: "c"));
        Assert.Equal(["aa"], await FindAsync(from: null, before: "b"));
        Assert.Equal(["c", "d"], await FindAsync(from: "c", before: null));

        async Task<IEnumerable<string>> FindAsync(string? from, string? before) => (await _storage.FindAsync(
            "task", "$.Due", IndexMatch.AtMost, 10, from: Id(from), before: Id(before))).Select(static grain => grain.GrainId.Key.ToString()!);

        static GrainId? Id(string? key) => key is null ? null : GrainId.Create("task", key);
    }

    [Fact]
    public async Task A_changed_or_cleared_record_leaves_the_index()
    {
        var first = await WriteAsync("a", due: 1);
        var second = await WriteAsync("b", due: 2);
        first.State!.Due = null;
        await _storage.WriteStateAsync("task", GrainId.Create("task", "a"), first);
        Assert.Equal("b", Assert.Single(await _storage.FindAsync("task", "$.Due", IndexMatch.AtMost, 100)).GrainId.Key.ToString());

        await _storage.ClearStateAsync("task", GrainId.Create("task", "b"), second);

        Assert.Empty(await _storage.FindAsync("task", "$.Due", IndexMatch.AtMost, 100));
    }

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

    [Fact]
    public async Task A_query_without_a_declared_index_is_refused()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => _storage.FindAsync("task", "$.Note", IndexMatch.Equal, "x"));

        Assert.Contains("'$.Note'", exception.Message);
    }

    [Fact]
    public async Task Declared_indexes_need_a_JSON_serializer()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _storage.WriteStateAsync("task", GrainId.Create("task", "x"), new GrainState<string>("a JSON string is no object")));
        await _storage.WriteStateAsync("unindexed", GrainId.Create("task", "x"), new GrainState<string>("here it is fine"));

        var read = new GrainState<string>();
        await _storage.ReadStateAsync("unindexed", GrainId.Create("task", "x"), read);
        Assert.Equal("here it is fine", read.State);
    }

    [Fact]
    public async Task A_scan_visits_every_record_once_with_its_ETag()
    {
        var written = new Dictionary<GrainId, string>();
        for (var i = 0; i < 57; i++)
            written.Add(GrainId.Create("task", $"t{i}"), (await WriteAsync($"t{i}", due: i)).ETag!);
        await _storage.WriteStateAsync("other", GrainId.Create("task", "t1"), new GrainState<Work>(new Work()));

        var seen = new List<GrainRecord>();
        await foreach (var batch in _storage.ScanAsync("task", batchSize: 10))
        {
            Assert.InRange(batch.Count, 1, 10);
            seen.AddRange(batch);
        }

        Assert.Equal(57, await _storage.CountAsync("task"));
        Assert.Equal(written.Keys.Select(static id => id.ToString()).Order(StringComparer.Ordinal), seen.Select(static record => record.GrainId.ToString()));
        Assert.All(seen, record => Assert.Equal(written[record.GrainId], record.ETag));
        Assert.Equal("t" + _storage.Deserialize<Work>(seen[20])!.Due, seen[20].GrainId.Key.ToString());
        Assert.Equal(1, seen[20].Version);
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.Database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<GrainState<Work>> WriteAsync(string key, long due, string? city = null, string? note = null)
    {
        var state = new GrainState<Work>(new Work { Due = due, Note = note, Place = city is null ? null : new Place { City = city } });
        await _storage.WriteStateAsync("task", GrainId.Create("task", key), state);
        return state;
    }

    private Task<List<string>> PlanAsync(string sql, params object[] parameters) =>
        _storage.Database.ReadAsync(session => session.Query("EXPLAIN QUERY PLAN " + sql, static row => row.GetString(3), parameters));

    private sealed class Work
    {
        public long? Due { get; set; }

        public string? Note { get; set; }

        public Place? Place { get; set; }
    }

    private sealed class Place
    {
        public string? City { get; set; }
    }
}
