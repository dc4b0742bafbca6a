using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using JobRequests.Persistence.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobRequests.Silo;

/// <summary>What the jobs need beyond grain storage, in the same SQLite file.</summary>
internal static class SqliteJobStores
{
    public static IServiceCollection AddSqliteJobStores(this IServiceCollection services)
    {
        services.AddOptions<SqliteGrainStorageOptions>(JobRequestOptions.StorageName).Configure(static options =>
        {
            foreach (var path in JobDocumentIndex.Paths) options.Indexes.Add(new GrainStateIndex(JobRequestOptions.StateName, path));
        });
        services.TryAddSingleton<IJobDocumentIndex>(static provider => new JobDocumentIndex(async (path, atMost, limit, from, before, cancellationToken) =>
            (await Storage(provider)
                .FindAsync(JobRequestOptions.StateName, path, IndexMatch.AtMost, atMost, limit, includeData: false, from, before, cancellationToken))
                    .Select(static grain => grain.GrainId)));
        services.TryAddSingleton<IJobDocumentScan>(static provider => new JobDocumentScan((size, cancellationToken) =>
            Storage(provider).ScanAsync(JobRequestOptions.StateName, size, cancellationToken)
                .Select(batch => batch.Select(record => (record.GrainId, Storage(provider).Deserialize<JobDocument>(record))))));
        services.TryAddSingleton<IJobViewGenerations, SqliteJobViewGenerations>();
        services.TryAddSingleton<IJobViewStore, SqliteJobViewStore>();
        services.TryAddSingleton<IJobViewIndex, SqliteJobViewIndex>();
        services.AddOptions<EventLogOptions>().BindConfiguration(EventLogOptions.Section)
            .Validate(static options => options.KeepFor > TimeSpan.Zero, $"{EventLogOptions.Section}:{nameof(EventLogOptions.KeepFor)} must be above 0.")
            .ValidateOnStart();
        services.TryAddSingleton<IJobEventLog, SqliteJobEventLog>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SqliteJobSchema>();
        return services;
    }

    private static SqliteGrainStorage Storage(IServiceProvider provider) =>
        (SqliteGrainStorage)provider.GetRequiredKeyedService<Orleans.Storage.IGrainStorage>(JobRequestOptions.StorageName);
}
