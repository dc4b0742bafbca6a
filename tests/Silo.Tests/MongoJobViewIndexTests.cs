using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using JobRequests.Testing.Backends;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Silo.Tests;

public sealed class MongoJobViewIndexTests : JobViewIndexConformance, IAsyncLifetime
{
    private readonly string _name = $"views-{Guid.NewGuid():N}";
    private MongoClient? _client;
    private MongoJobViewStore? _store;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        if (_client is not null) await _client.DropDatabaseAsync(_name);
        _client?.Dispose();
        GC.SuppressFinalize(this);
    }

    public static TheoryData<ViewOrder> Orders =>
    [
        new ViewOrder.All(), new ViewOrder.OfStatus("Open"), new ViewOrder.OfCandidate("ann"), new ViewOrder.OfRequester("zoe"),
        new ViewOrder.OfRequesterAndStatus("zoe", "Open"), new ViewOrder.OfPerson("ann"),
        new ViewOrder.OfMetadata("team=night", null), new ViewOrder.OfMetadata("team=night", "zoe"),
        new ViewOrder.OfStanding("ann", Standing.ToAnswer), new ViewOrder.OfStanding("ann", Standing.Standby), new ViewOrder.OfStanding("ann", Standing.Winner),
    ];

    /// <summary>
    /// What a server needs to read a page as a range of one index, in its order: the index has the equal fields first, then the order of
    /// pages. The server of these tests reads the whole collection whatever the index, so the shape is what is checked.
    /// </summary>
    [Theory, MemberData(nameof(Orders), DisableDiscoveryEnumeration = true)]
    public void Each_order_of_pages_has_a_matching_index(ViewOrder order)
    {
        var filter = MongoJobViewIndex.Filter(order, new JobPosition(1_000, "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11"));
        var indexes = MongoJobViewIndexes.Leading.Select(MongoJobViewIndexes.Keys).ToList();

        // A union is read from one index for each of its branches, and merged; that needs every branch to stand by itself.
        var branches = filter.TryGetValue("$or", out var union) ? union.AsBsonArray.Select(branch => branch.AsBsonDocument).ToList() : [filter];
        Assert.True(filter.ElementCount == 1 || branches.Count == 1);
        foreach (var branch in branches)
        {
            // What is asked of one element of an array is read as if its members were fields.
            var flat = new BsonDocument(branch.SelectMany(static element =>
                element.Value is BsonDocument value && value.TryGetValue("$elemMatch", out var members)
                ? members.AsBsonDocument.Select(member => new BsonElement($"{element.Name}.{member.Name}", member.Value))
                : [element]));
            var equal = flat.Where(element => element.Value.IsString || element.Value.IsBsonNull).Select(element => element.Name).ToList();
            Assert.Equal(["createdAt", "$nor"], flat.Names.Except(equal));
            Assert.Equal(new BsonDocument("$lte", new BsonDateTime(1_000)), branch["createdAt"]);
            var wanted = new BsonDocument(equal.Select(field => new BsonElement(field, 1))).AddRange(MongoJobViewIndex.NewestFirst);
            Assert.Contains(wanted, indexes);
        }
    }

    [Fact]
    public async Task The_indexes_are_made_once_and_found_again()
    {
        await FreshAsync();
        var views = _client!.GetDatabase(_name).GetCollection<JobViewDocument>(MongoJobViewStore.Collection);

        await MongoJobViewIndexes.CreateAsync(views, TestContext.Current.CancellationToken);
        await MongoJobViewIndexes.CreateAsync(views, TestContext.Current.CancellationToken);

        var made = (await (await views.Indexes.ListAsync()).ToListAsync()).Select(index => index["key"].AsBsonDocument).ToList();
        Assert.All(MongoJobViewIndexes.Leading, leading => Assert.Contains(made, keys => keys.Names.SequenceEqual(MongoJobViewIndexes.Keys(leading).Names)));
    }

    protected override long Iterations => Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") is null ? 5 : 40;

    internal override async Task<(IJobViewStore Store, IJobViewIndex Index)> FreshAsync()
    {
        _client ??= new MongoClient(await Servers.MongoAsync());
        var database = _client.GetDatabase(_name);
        _store ??= new MongoJobViewStore(database);
        await database.GetCollection<BsonDocument>(MongoJobViewStore.Collection).DeleteManyAsync(new BsonDocument());
        return (_store, new MongoJobViewIndex(_store));
    }
}
