using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>Opens databases and storages in a folder, without a silo.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public SqliteGrainStorage Storage { get; private set; } = null!;

    public static async Task<SqliteGrainStorage> OpenAsync(SqliteDatabaseOptions database, params GrainStateIndex[] indexes)
    {
        var storage = Create(new SqliteDatabase(database), "test", indexes);
        await storage.InitializeAsync();
        return storage;
    }

    public static SqliteGrainStorage Create(SqliteDatabase database, string serviceId, params GrainStateIndex[] indexes)
    {
        var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var options = new SqliteGrainStorageOptions
        {
            GrainStorageSerializer = new SystemTextJsonGrainStorageSerializer(Options.Create(new SystemTextJsonGrainStorageSerializerOptions())),
        };
        foreach (var index in indexes)
            options.Indexes.Add(index);
        return new SqliteGrainStorage("test", options, database, Options.Create(new ClusterOptions { ServiceId = serviceId }),
            services.GetRequiredService<IActivatorProvider>(), TimeProvider.System, NullLogger<SqliteGrainStorage>.Instance);
    }

    public async ValueTask InitializeAsync() => Storage = await OpenAsync(new SqliteDatabaseOptions { DataFolder = _folder.Path });

    public async ValueTask DisposeAsync()
    {
        await Storage.Database.DisposeAsync();
        _folder.Dispose();
    }
}
