using JobRequests.Persistence.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Providers;
using Orleans.Storage;

[assembly: RegisterProvider("Sqlite", "GrainStorage", "Silo", typeof(SqliteGrainStorageProviderBuilder))]

namespace Orleans.Hosting;

/// <summary>Makes <c>"ProviderType": "Sqlite"</c> work in configuration.</summary>
// "file": the code that Orleans generates names any other type as soon as the assembly is loaded, and so loads the runtime of silos into tools
// that only read. Orleans finds this one by its attribute.
file sealed class SqliteGrainStorageProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddSqliteGrainStorage(name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (OptionsBuilder<SqliteGrainStorageOptions> options) =>
            options.Configure<IServiceProvider>((options, services) =>
            {
                options.DataFolder = configurationSection[nameof(options.DataFolder)];
                if (configurationSection["SerializerKey"] is { Length: > 0 } key)
                    options.GrainStorageSerializer = services.GetRequiredKeyedService<IGrainStorageSerializer>(key);
                foreach (var index in configurationSection.GetSection(nameof(options.Indexes)).GetChildren())
                    options.Indexes.Add(new GrainStateIndex(index[nameof(GrainStateIndex.StateName)] ?? "", index[nameof(GrainStateIndex.Path)] ?? ""));
            }));
}
