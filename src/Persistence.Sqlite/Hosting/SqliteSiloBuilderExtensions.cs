using JobRequests.Persistence.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Hosting;

// The same by configuration:
// "Orleans": {
//   "GrainStorage": {
//     "notes": {
//       "ProviderType": "Sqlite",
//       "DataFolder": "/var/lib/service",                                 // optional: the default folder
//       "SerializerKey": "json",                                          // optional: a keyed IGrainStorageSerializer
//       "Indexes": [ { "StateName": "note", "Path": "$.DueAt" } ]         // optional
//     }
//   }
// }
public static class SqliteSiloBuilderExtensions
{
    /// <summary>Adds SQLite grain storage under a name, as used in <c>[PersistentState("state", "name")]</c>. For queries, resolve
    /// <see cref="SqliteGrainStorage"/> by the same key.</summary>
    public static ISiloBuilder AddSqliteGrainStorage(this ISiloBuilder builder, string name, Action<SqliteGrainStorageOptions>? configure = null) =>
        builder.AddSqliteGrainStorage(name, (OptionsBuilder<SqliteGrainStorageOptions> options) =>
        {
            if (configure is not null)
                options.Configure(configure);
        });

    /// <summary>As above, with options that need services.</summary>
    public static ISiloBuilder AddSqliteGrainStorage(this ISiloBuilder builder, string name, Action<OptionsBuilder<SqliteGrainStorageOptions>> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigureServices(services =>
        {
            services.AddSqliteDatabases();
            configure(services.AddOptions<SqliteGrainStorageOptions>(name).ValidateOnStart());
            services.AddTransient<IPostConfigureOptions<SqliteGrainStorageOptions>,
            DefaultStorageProviderSerializerOptionsConfigurator<SqliteGrainStorageOptions>>();
            services.AddSingleton<IValidateOptions<SqliteGrainStorageOptions>>(new SqliteGrainStorageOptionsValidator(name));
            services.ConfigureNamedOptionForLogging<SqliteGrainStorageOptions>(name);
            // The concrete type is what makes Orleans subscribe the storage to the silo's lifecycle.
            services.AddGrainStorage<SqliteGrainStorage>(name, Create);
            services.AddKeyedSingleton(name, static (provider, key) => (SqliteGrainStorage)provider.GetRequiredKeyedService<IGrainStorage>(key));
        });
    }

    private static SqliteGrainStorage Create(IServiceProvider services, string name)
    {
        var options = Options(services, name);
        return ActivatorUtilities.CreateInstance<SqliteGrainStorage>(services, name, options, services.GetRequiredService<ISqliteDatabases>()
            .Get(options.DataFolder));
    }

    private static SqliteGrainStorageOptions Options(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<SqliteGrainStorageOptions>>().Get(name);
}
