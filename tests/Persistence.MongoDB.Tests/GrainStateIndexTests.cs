using JobRequests.Testing;
using MongoDB.Bson;
using MongoDB.Driver;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests;

public sealed class GrainStateIndexTests : GrainStateIndexConformance, IAsyncLifetime
{
    private static readonly GrainStateIndex Due = new("task", "$.Due");
    private static readonly GrainStateIndex City = new("task", "$.Place.City");
    private TestStorage _test = null!;
    private MongoGrainStorage _storage = null!;

    protected override IGrainStorage Storage => _storage;

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
    public async Task A_value_that_no_index_holds_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => FindEqualAsync("$.Due", DateTimeOffset.UnixEpoch));

    [Fact]
    public async Task A_record_says_when_it_was_written()
    {
        await WriteAsync("a", due: 7);

        var record = Assert.Single(await _storage.ReadBatchAsync("task"));

        Assert.Equal(7, _storage.Deserialize<Work>(record)!.Due);
        Assert.InRange(record.UpdatedAt, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
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

    public async ValueTask DisposeAsync()
    {
        if (_test is not null)
            await _test.DisposeAsync();
    }

    protected override async Task<List<StoredWork>> FindEqualAsync(string path, object value, bool includeData = false) =>
        Found(await _storage.FindAsync("task", path, IndexMatch.Equal, value, includeData: includeData));

    protected override async Task<List<StoredWork>> FindAtMostAsync(string path, object value, int limit = 100, GrainId? from = null, GrainId? before = null) =>
        Found(await _storage.FindAsync("task", path, IndexMatch.AtMost, value, limit, from: from, before: before));

    protected override IAsyncEnumerable<List<StoredWork>> ScanAsync(int batchSize) => _storage.ScanAsync("task", batchSize)
        .Select(static batch => batch.ConvertAll(static record => new StoredWork(record.GrainId, null, record.ETag, record.Data.ToString())));

    protected override Task<long> CountAsync() => _storage.CountAsync("task");

    private TestStorage Neighbour(string serviceId, Action<MongoGrainStorageOptions>? configure = null) => TestStorage.Create(
        _test.Address, configure ?? (static options => options.Indexes.Add(Due)), _storage.Database.DatabaseNamespace.DatabaseName, serviceId, drop: false);

    private async Task<List<BsonDocument>> IndexesAsync()
    {
        using var indexes = await _storage.Database.GetCollection<BsonDocument>("grainState").Indexes.ListAsync();
        return await indexes.ToListAsync();
    }

    private static List<StoredWork> Found(List<IndexedGrain> grains) =>
        grains.ConvertAll(static grain => new StoredWork(grain.GrainId, grain.Value, grain.ETag, grain.Data?.ToString()));
}
