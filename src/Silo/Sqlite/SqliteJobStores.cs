using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobRequests.Silo;

/// <summary>What the jobs need beyond grain storage, in the same SQLite file.</summary>
internal static class SqliteJobStores
{
    public static void AddSqliteJobStores(this IServiceCollection services)
    {
        services.AddOptions<SqliteGrainStorageOptions>(JobRequestOptions.StorageName).Configure(static options => SqliteJobDocumentIndex.Declare(options.Indexes));
        services.TryAddSingleton<IJobDocumentIndex>(static provider => new SqliteJobDocumentIndex(
            (SqliteGrainStorage)provider.GetRequiredKeyedService<Orleans.Storage.IGrainStorage>(JobRequestOptions.StorageName)));
        services.TryAddSingleton<IJobViewStore, SqliteJobViewStore>();
        services.TryAddSingleton<IJobViewIndex, SqliteJobViewIndex>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SqliteJobViewSchema>();
    }
}
