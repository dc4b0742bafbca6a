using JobRequests.Grains;
using JobRequests.Testing.Backends;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Silo.Tests;

public sealed class MongoJobViewStoreTests : JobViewStoreConformance, IAsyncLifetime
{
    private readonly string _database = $"views-{Guid.NewGuid():N}";
    private MongoClient? _client;
    private MongoJobViewStore? _store;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        if (_client is not null) await _client.DropDatabaseAsync(_database);
        _client?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_stopped_store_says_so()
    {
        var store = await StoreAsync();
        await ((MongoJobViewStore)store).DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.WriteAsync([]));
    }

    [Fact]
    public async Task A_view_of_the_first_release_is_read()
    {
        var store = await StoreAsync();
        await _client!.GetDatabase(_database).GetCollection<BsonDocument>(MongoJobViewStore.Collection).InsertOneAsync(BsonDocument.Parse(
            """
            {"_id":"5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11","version":2,"status":"Accepted","epoch":1,"requester":"zoe","title":"Окна","candidates":[{"id":"ann","answer":"Accepted"},{"id":"bob"}],
             "winner":"ann","tasks":[{"id":"t1","name":"windows","done":false}],"createdAt":{"$date":"2026-11-23T10:00:00Z"},"lastEventAt":{"$date":"2026-11-23T10:00:01Z"},"later":{"x":1}}
            """));

        var view = (await store.ReadAsync(["5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11"])).Values.Single();

        Assert.Equal((2, "ann", "Окна"), (view.Version, view.Job.Winner, view.Job.Title));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), view.OfferedAt);
        Assert.Empty(view.Answers);
    }

    protected override async Task<IJobViewStore> StoreAsync()
    {
        _client ??= new MongoClient(await Servers.MongoAsync());
        return _store ??= new MongoJobViewStore(_client.GetDatabase(_database));
    }
}
