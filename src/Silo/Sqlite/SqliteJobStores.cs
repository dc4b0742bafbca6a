using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobRequests.Silo;

/// <summary>What the jobs need beyond grain storage, in the same SQLite file.</summary>
internal static class SqliteJobStores
{
    public static IServiceCollection AddSqliteJobStores(this IServiceCollection services)
    {
        services.AddOptions<SqliteGrainStorageOptions>(JobRequestOptions.StorageName).Configure(static options => SqliteJobDocumentIndex.Declare(options.Indexes));
        services.TryAddSingleton<IJobDocumentIndex>(static provider => new SqliteJobDocumentIndex(Storage(provider)));
        services.TryAddSingleton<IJobDocumentScan>(static provider => new SqliteJobDocumentScan(Storage(provider)));
        services.TryAddSingleton<IJobViewGenerations, SqliteJobViewGenerations>();
        services.TryAddSingleton<IJobViewStore, SqliteJobViewStore>();
        services.TryAddSingleton<IJobViewIndex, SqliteJobViewIndex>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SqliteJobViewSchema>();
        return services;
    }

    private static SqliteGrainStorage Storage(IServiceProvider provider) =>
        (SqliteGrainStorage)provider.GetRequiredKeyedService<Orleans.Storage.IGrainStorage>(JobRequestOptions.StorageName);
}
