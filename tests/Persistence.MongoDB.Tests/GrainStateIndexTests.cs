using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB.Tests;

public sealed class GrainStateIndexTests : IAsyncLifetime
{
    private static readonly GrainStateIndex Due = new("task", "$.Due");
    private static readonly GrainStateIndex City = new("task", "$.Place.City");
    private TestStorage _test = null!;
    private MongoGrainStorage _storage = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestStorage.OpenAsync(static options =>
        {
            options.Indexes.Add(Due);
            options.Indexes.Add(City);
        });
        _storage = _test.Storage;
    }

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
    public async Task Times_are_found_over_the_whole_range()
    {
        // The three of them are int32, int64 and double in the database.
        await WriteAsync("early", due: 5);
        await WriteAsync("late", due: 1_900_000_000_000);
        await WriteAsync("half", due: 6.5);

        var found = await _storage.FindAsync("task", "$.Due", IndexMatch.AtMost, 1_900_000_000_000);

        Assert.Equal(["early", "half", "late"], found.Select(static grain => grain.GrainId.Key.ToString()));
        Assert.Equal([5L, 6.5, 1_900_000_000_000L], found.Select(static grain => grain.Value));
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
        foreach (var other in new[] { "other", "task0", "task/", "tas" })
            await _storage.WriteStateAsync(other, GrainId.Create("task", "a"), new GrainState<Work>(new Work { Due = 1 }));
        foreach (var service in new[] { "another service", "test/task", "tes" })
        {
            await using var neighbour = Neighbour(service);
            await neighbour.Storage.InitializeAsync();
            await neighbour.Storage.WriteStateAsync("task", GrainId.Create("task", "n"), new GrainState<Work>(new Work { Due = 1 }));
            Assert.Equal("n", Assert.Single(await neighbour.Storage.FindAsync("task", "$.Due", IndexMatch.Equal, 1)).GrainId.Key.ToString());
        }

        Assert.Equal("a", Assert.Single(await _storage.FindAsync("task", "$.Due", IndexMatch.Equal, 1)).GrainId.Key.ToString());
        Assert.Equal(1, await _storage.CountAsync("task"));
    }

    [Fact]
    public async Task A_slash_in_a_name_makes_no_two_records_one()
    {
        await using var left = Neighbour("test/a");
        var grain = GrainId.Create("task", "1");
        await left.Storage.WriteStateAsync("b", grain, new GrainState<Work>(new Work { Note = "left" }));
        await using var right = Neighbour("test");
        await right.Storage.WriteStateAsync("a/b", grain, new GrainState<Work>(new Work { Note = "right" }));

        var read = new GrainState<Work>();
        await left.Storage.ReadStateAsync("b", grain, read);

        Assert.Equal("left", read.State!.Note);
    }

    [Fact]
    public async Task Declared_indexes_exist_as_queries_need_them()
    {
        var indexes = await IndexesAsync();

        var due = Assert.Single(indexes, static index => index["key"].AsBsonDocument.Contains("d.Due"));
        Assert.Equal(new BsonDocument { { "d.Due", 1 }, { "_id", 1 } }, due["key"]);
        Assert.Contains(indexes, static index => index["key"].AsBsonDocument.Contains("d.Place.City"));
        // The stand-in for a server keeps no conditions; a real one shows them.
        if (due.TryGetValue("partialFilterExpression", out var condition))
            Assert.Equal(BsonDocument.Parse("{ _id: { $gte: 'test/task/', $lt: 'test/task0' }, 'd.Due': { $exists: true } }"), condition);
    }

    [Fact]
    public async Task CreateIndexes_false_creates_no_index()
    {
        await using var later = Neighbour("test", static options =>
        {
            options.Indexes.Add(new GrainStateIndex("task", "$.Note"));
            options.CreateIndexes = false;
        });
        await later.Storage.InitializeAsync();
        Assert.DoesNotContain(await IndexesAsync(), static index => index["key"].AsBsonDocument.Contains("d.Note"));
        GrainStateIndex[] declared = [Due, new("task", "$.Note")];
        var database = _storage.Database;

        Assert.Equal(declared[1..], await MongoGrainStorageIndexes.FindMissingAsync(database, "grainState", "test", declared));
        await MongoGrainStorageIndexes.CreateAsync(database, "grainState", "test", declared);

        Assert.Empty(await MongoGrainStorageIndexes.FindMissingAsync(database, "grainState", "test", declared));
        await WriteAsync("a", due: 1, note: "early");
        Assert.Single(await later.Storage.FindAsync("task", "$.Note", IndexMatch.Equal, "early"));
    }

    [Fact]
    public async Task A_query_without_a_declared_index_is_refused()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => _storage.FindAsync("task", "$.Note", IndexMatch.Equal, "x"));

        Assert.Contains("'$.Note'", exception.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => _storage.FindAsync("task", "$.Due", IndexMatch.Equal, DateTimeOffset.UnixEpoch));
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
        Assert.InRange(seen[20].UpdatedAt, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        if (_test is not null)
            await _test.DisposeAsync();
    }

    private TestStorage Neighbour(string serviceId, Action<MongoGrainStorageOptions>? configure = null) => TestStorage.Create(
        _test.Address, configure ?? (static options => options.Indexes.Add(Due)), _storage.Database.DatabaseNamespace.DatabaseName, serviceId, drop: false);

    private async Task<List<BsonDocument>> IndexesAsync()
    {
        using var indexes = await _storage.Database.GetCollection<BsonDocument>("grainState").Indexes.ListAsync();
        return await indexes.ToListAsync();
    }

    private async Task<GrainState<Work>> WriteAsync(string key, double due, string? city = null, string? note = null)
    {
        var state = new GrainState<Work>(new Work { Due = due, Note = note, Place = city is null ? null : new Place { City = city } });
        await _storage.WriteStateAsync("task", GrainId.Create("task", key), state);
        return state;
    }

    private sealed class Work
    {
        public double? Due { get; set; }

        public string? Note { get; set; }

        public Place? Place { get; set; }
    }

    private sealed class Place
    {
        public string? City { get; set; }
    }
}
