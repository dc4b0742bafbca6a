using JobRequests.Persistence.MongoDB;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orleans.Hosting;

// The same by configuration:
// "ConnectionStrings": { "mongodb": "mongodb://user:password@host1,host2/?replicaSet=rs0" },
// "Orleans": {
//   "GrainStorage": {
//     "notes": {
//       "ProviderType": "MongoDB",
//       "ConnectionName": "mongodb",                                      // or "ConnectionString"
//       "Database": "notes",                                              // optional where the connection string names one
//       "Collection": "grainState",                                       // the rest is optional
//       "SerializerKey": "json",                                          // a keyed IGrainStorageSerializer
//       "Indexes": [ { "StateName": "note", "Path": "$.DueAt" } ],
//       "CreateIndexes": true,
//       "MaxBatchSize": 100, "MaxBatchesInFlight": 4,
//       "StartTimeout": "00:01:00", "SocketTimeout": "00:00:10", "ServerSelectionTimeout": "00:00:05", "WaitQueueTimeout": "00:00:05"
//     }
//   }
// }
public static class MongoSiloBuilderExtensions
{
    /// <summary>Adds MongoDB grain storage as the default storage.</summary>
    public static ISiloBuilder AddMongoGrainStorageAsDefault(this ISiloBuilder builder, Action<MongoGrainStorageOptions> configure) =>
        builder.AddMongoGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    /// <summary>As above, with options that need services.</summary>
    public static ISiloBuilder AddMongoGrainStorageAsDefault(this ISiloBuilder builder, Action<OptionsBuilder<MongoGrainStorageOptions>> configure) =>
        builder.AddMongoGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    /// <summary>
    /// Adds MongoDB grain storage under a name, as used in <c>[PersistentState("state", "name")]</c>. By the same key resolve
    /// <see cref="MongoGrainStorage"/> for queries and <see cref="global::MongoDB.Driver.IMongoDatabase"/> for collections of your own.
    /// </summary>
    public static ISiloBuilder AddMongoGrainStorage(this ISiloBuilder builder, string name, Action<MongoGrainStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddMongoGrainStorage(name, (OptionsBuilder<MongoGrainStorageOptions> options) => options.Configure(configure));
    }

    /// <summary>As above, with options that need services.</summary>
    public static ISiloBuilder AddMongoGrainStorage(this ISiloBuilder builder, string name, Action<OptionsBuilder<MongoGrainStorageOptions>> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigureServices(services =>
        {
            services.TryAddSingleton(TimeProvider.System);
            var options = services.AddOptions<MongoGrainStorageOptions>(name).ValidateOnStart();
            configure(options);
            options.PostConfigure<IServiceProvider>(static (options, provider) =>
            {
                if (options.ConnectionName is { Length: > 0 } connection && string.IsNullOrEmpty(options.ConnectionString))
                    options.ConnectionString = provider.GetService<IConfiguration>()?.GetConnectionString(connection);
            });
            services.AddTransient<IPostConfigureOptions<MongoGrainStorageOptions>,
            DefaultStorageProviderSerializerOptionsConfigurator<MongoGrainStorageOptions>>();
            services.AddSingleton<IValidateOptions<MongoGrainStorageOptions>>(new MongoGrainStorageOptionsValidator(name));
            services.ConfigureNamedOptionForLogging<MongoGrainStorageOptions>(name);
            services.AddKeyedSingleton(name, static (provider, key) => new MongoConnection(Options(provider, (string)key!)));
            services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<MongoConnection>(key).Database);
            // The concrete type is what makes Orleans subscribe the storage to the silo's lifecycle.
            services.AddGrainStorage<MongoGrainStorage>(name, Create);
            services.AddKeyedSingleton(name, static (provider, key) => (MongoGrainStorage)provider.GetRequiredKeyedService<IGrainStorage>(key));
        });
    }

    private static MongoGrainStorage Create(IServiceProvider services, string name) => new(
        name, Options(services, name), services.GetRequiredKeyedService<MongoConnection>(name), services.GetRequiredService<IOptions<ClusterOptions>>(),
        services.GetRequiredService<IActivatorProvider>(), services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<MongoGrainStorage>>());

    private static MongoGrainStorageOptions Options(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<MongoGrainStorageOptions>>().Get(name);
}
