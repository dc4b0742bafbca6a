using JobRequests.Grains;
using JobRequests.Testing.Backends;
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

    protected override async Task<IJobViewStore> StoreAsync()
    {
        _client ??= new MongoClient(await Servers.MongoAsync());
        return _store ??= new MongoJobViewStore(_client.GetDatabase(_database));
    }
}
