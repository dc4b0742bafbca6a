using JobRequests.Grains;
using JobRequests.Persistence.MongoDB;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MongoDB.Driver;

namespace JobRequests.Silo;

/// <summary>What the jobs need beyond grain storage, in the same MongoDB database.</summary>
internal static class MongoJobStores
{
    public static IServiceCollection AddMongoJobStores(this IServiceCollection services)
    {
        services.AddOptions<MongoGrainStorageOptions>(JobRequestOptions.StorageName).Configure(static options =>
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
        services.AddSingleton(static provider => new MongoJobViewStore(Database(provider)));
        services.TryAddSingleton<IJobViewStore>(static provider => provider.GetRequiredService<MongoJobViewStore>());
        services.TryAddSingleton<IJobViewIndex, MongoJobViewIndex>();
        services.AddSingleton(static provider => new MongoJobViewSets(Database(provider)));
        services.AddSingleton<IJobViewSilos, ClusterViewSilos>();
        services.AddSingleton<MongoJobViewGenerations>();
        services.TryAddSingleton<IJobViewGenerations>(static provider => provider.GetRequiredService<MongoJobViewGenerations>());
        services.AddSingleton(static provider =>
            ActivatorUtilities.CreateInstance<MongoJobViewNotices>(provider, provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToString()));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<MongoJobViewNotices>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, MongoJobViewIndexes>();
        services.AddSingleton(static provider => new TopicRecords(Database(provider)));
        services.TryAddSingleton<IStorageProbe>(static provider => new MongoStorageProbe(
            Database(provider), provider.GetRequiredService<ILocalSiloDetails>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static MongoGrainStorage Storage(IServiceProvider provider) => provider.GetRequiredKeyedService<MongoGrainStorage>(JobRequestOptions.StorageName);

    private static IMongoDatabase Database(IServiceProvider provider) => provider.GetRequiredKeyedService<IMongoDatabase>(JobRequestOptions.StorageName);
}
