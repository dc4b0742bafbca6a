using JobRequests.Grains;
using JobRequests.Persistence.MongoDB;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MongoDB.Driver;

namespace JobRequests.Silo;

/// <summary>What the jobs need beyond grain storage, in the same MongoDB database.</summary>
internal static class MongoJobStores
{
    public static void AddMongoJobStores(this IServiceCollection services)
    {
        services.AddOptions<MongoGrainStorageOptions>(JobRequestOptions.StorageName).Configure(static options => MongoJobDocumentIndex.Declare(options.Indexes));
        services.TryAddSingleton<IJobDocumentIndex>(static provider => new MongoJobDocumentIndex(provider.GetRequiredKeyedService<MongoGrainStorage>(JobRequestOptions.StorageName)));
        services.TryAddSingleton<IJobViewStore>(static provider => new MongoJobViewStore(Database(provider)));
        services.TryAddSingleton<IJobViewIndex>(static provider => new MongoJobViewIndex(Database(provider)));
        services.AddSingleton(static provider => new TopicRecords(Database(provider)));
        services.TryAddSingleton<IStorageProbe>(static provider => new MongoStorageProbe(
            Database(provider), provider.GetRequiredService<ILocalSiloDetails>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => new MongoJobViewIndexes(Database(provider)));
    }

    private static IMongoDatabase Database(IServiceProvider provider) => provider.GetRequiredKeyedService<IMongoDatabase>(JobRequestOptions.StorageName);
}
