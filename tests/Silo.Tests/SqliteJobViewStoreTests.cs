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

    protected override Task<IJobViewStore> StoreAsync() => Task.FromResult<IJobViewStore>(new SqliteJobViewStore(_database));
}
