using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;
using JobRequests.Silo;
using Orleans.Storage;

namespace Microsoft.Extensions.Hosting;

/// <summary>A silo with the job grains. Which providers it runs on is configuration: section <c>Orleans</c>.</summary>
public static class SiloHosting
{
    /// <param name="builder">The host.</param>
    /// <param name="configure">What the process adds, clustering above all.</param>
    public static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder, Action<ISiloBuilder>? configure = null)
    {
        builder.UseOrleans(silo =>
        {
            // Costs two more layers on every grain call, so only where somebody collects the traces.
            if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) silo.AddActivityPropagation();
            silo.AddJobGrains(builder.Configuration);
            if (builder.Configuration[$"Orleans:GrainStorage:{JobRequestOptions.StorageName}:ProviderType"] == "Sqlite") silo.AddSqliteJobStores();
            configure?.Invoke(silo);
        });
        return builder;
    }

    private static void AddSqliteJobStores(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddOptions<SqliteGrainStorageOptions>(JobRequestOptions.StorageName).Configure(options => SqliteJobDocumentIndex.Declare(options.Indexes));
        services.AddSingleton<IJobDocumentIndex>(provider => new SqliteJobDocumentIndex(
            (SqliteGrainStorage)provider.GetRequiredKeyedService<IGrainStorage>(JobRequestOptions.StorageName)));
        services.AddSingleton<IJobViewStore, SqliteJobViewStore>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SqliteJobViewSchema>();
    }
}
