using JobRequests.Persistence.MongoDB;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Providers;
using Orleans.Storage;

[assembly: RegisterProvider("MongoDB", "GrainStorage", "Silo", typeof(MongoGrainStorageProviderBuilder))]

// The names that Aspire derives from its resources.
[assembly: RegisterProvider("MongoDBServer", "GrainStorage", "Silo", typeof(MongoGrainStorageProviderBuilder))]
[assembly: RegisterProvider("MongoDBDatabase", "GrainStorage", "Silo", typeof(MongoGrainStorageProviderBuilder))]

namespace Orleans.Hosting;

/// <summary>Makes <c>"ProviderType": "MongoDB"</c> work in configuration.</summary>
// "file": the code that Orleans generates names any other type as soon as the assembly is loaded, and so loads the runtime of silos into tools
// that only read. Orleans finds this one by its attribute.
file sealed class MongoGrainStorageProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddMongoGrainStorage(name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (OptionsBuilder<MongoGrainStorageOptions> options) =>
            options.Configure<IServiceProvider>((options, services) =>
            {
                // Binds the plain settings and the indexes; a value of the wrong kind fails with the setting's full name.
                configurationSection.Bind(options);
                // Aspire names the resource, and sets the connection string of that name.
                if (configurationSection["ServiceKey"] is { Length: > 0 } resource) options.ConnectionName = resource;
                if (configurationSection["SerializerKey"] is { Length: > 0 } key)
                    options.GrainStorageSerializer = services.GetRequiredKeyedService<IGrainStorageSerializer>(key);
            }));
}
