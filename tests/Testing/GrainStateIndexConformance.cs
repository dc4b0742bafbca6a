using Orleans.Storage;

namespace JobRequests.Testing;

/// <summary>A record that was found or scanned.</summary>
public sealed record StoredWork(GrainId GrainId, object? Value, string ETag, string? Data)
{
    public string Key => GrainId.Key.ToString()!;
}

/// <summary>
/// What a storage with indexes on <c>$.Due</c> and <c>$.Place.City</c> of the state <c>task</c> must do. Subclass it, and create the storage afresh for
/// each test.
/// </summary>
public abstract class GrainStateIndexConformance
{
    private const string State = "task";

    protected abstract IGrainStorage Storage { get; }

    protected abstract Task<List<StoredWork>> FindEqualAsync(string path, object value, bool includeData = false);

    protected abstract Task<List<StoredWork>> FindAtMostAsync(string path, object value, int limit = 100, GrainId? from = null, GrainId? before = null);

    protected abstract IAsyncEnumerable<List<StoredWork>> ScanAsync(int batchSize);

    protected abstract Task<long> CountAsync();

    [Fact]
    public async Task Grains_below_a_bound_are_found_in_order()
    {
        for (var i = 0; i < 50; i++) await WriteAsync($"t{i:00}", due: 1000 - (i * 10));

        var found = await FindAtMostAsync("$.Due", 600, limit: 5);

        Assert.Equal([510L, 520L, 530L, 540L, 550L], found.Select(static grain => (long)grain.Value!));
        Assert.Equal(["t49", "t48", "t47", "t46", "t45"], found.Select(static grain => grain.Key));
        Assert.All(found, static grain => Assert.Null(grain.Data));
    }

    [Fact]
    public async Task Grains_are_found_by_an_equal_nested_value()
    {
        await WriteAsync("a", due: 1, city: "Київ");
        await WriteAsync("b", due: 2, city: "Oslo");
        await WriteAsync("c", due: 3, city: "Київ");

        var found = await FindEqualAsync("$.Place.City", "Київ", includeData: true);

        Assert.Equal(["a", "c"], found.Select(static grain => grain.Key));
        Assert.Contains("\"Due\":3", found[1].Data);
    }

    [Fact]
    public async Task A_slice_of_the_ids_is_found_alone()
    {
        foreach (var id in new[] { "aa", "b", "bz", "c", "d" }) await WriteAsync(id, due: 7);

        Assert.Equal(["b", "bz"], await FindAsync(from: "b", before: "c"));
        Assert.Equal(["aa"], await FindAsync(from: null, before: "b"));
        Assert.Equal(["c", "d"], await FindAsync(from: "c", before: null));

        async Task<IEnumerable<string>> FindAsync(string? from, string? before) =>
            (await FindAtMostAsync("$.Due", 10, from: from is null ? null : Id(from), before: before is null ? null : Id(before)))
                .Select(static grain => grain.Key);
    }

    [Fact]
    public async Task A_changed_or_cleared_record_leaves_the_index()
    {
        var first = await WriteAsync("a", due: 1);
        var second = await WriteAsync("b", due: 2);
        first.State!.Due = null;
        await Storage.WriteStateAsync(State, Id("a"), first);
        Assert.Equal("b", Assert.Single(await FindAtMostAsync("$.Due", 100)).Key);

        await Storage.ClearStateAsync(State, Id("b"), second);

        Assert.Empty(await FindAtMostAsync("$.Due", 100));
    }

    [Fact]
    public async Task A_query_without_a_declared_index_is_refused()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => FindEqualAsync("$.Note", "x"));

        Assert.Contains("'$.Note'", exception.Message);
    }

    [Fact]
    public async Task Declared_indexes_need_a_JSON_serializer()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Storage.WriteStateAsync(State, Id("x"), new GrainState<string>("a JSON string is no object")));
        await Storage.WriteStateAsync("unindexed", Id("x"), new GrainState<string>("here it is fine"));

        var read = new GrainState<string>();
        await Storage.ReadStateAsync("unindexed", Id("x"), read);
        Assert.Equal("here it is fine", read.State);
    }

    [Fact]
    public async Task A_scan_visits_every_record_once_with_its_ETag()
    {
        var written = new Dictionary<GrainId, string>();
        for (var i = 0; i < 57; i++) written.Add(Id($"t{i}"), (await WriteAsync($"t{i}", due: i)).ETag!);
        await Storage.WriteStateAsync("other", Id("t1"), new GrainState<Work>(new Work()));

        var seen = new List<StoredWork>();
        await foreach (var batch in ScanAsync(batchSize: 10))
        {
            Assert.InRange(batch.Count, 1, 10);
            seen.AddRange(batch);
        }

        Assert.Equal(57, await CountAsync());
        Assert.Equal(written.Keys.Select(static id => id.ToString()).Order(StringComparer.Ordinal), seen.Select(static record => record.GrainId.ToString()));
        Assert.All(seen, record => Assert.Equal(written[record.GrainId], record.ETag));
        Assert.Contains($"\"Due\":{seen[20].Key[1..]}", seen[20].Data);
    }

    protected static GrainId Id(string key) => GrainId.Create("task", key);

    protected async Task<GrainState<Work>> WriteAsync(string key, double due, string? city = null, string? note = null)
    {
        var state = new GrainState<Work>(new Work { Due = due, Note = note, Place = city is null ? null : new Place { City = city } });
        await Storage.WriteStateAsync(State, Id(key), state);
        return state;
    }

    protected sealed class Work
    {
        public double? Due { get; set; }

        public string? Note { get; set; }

        public Place? Place { get; set; }
    }

    protected sealed class Place
    {
        public string? City { get; set; }
    }
}
