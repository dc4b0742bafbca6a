using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using JobRequests.Persistence.MongoDB;
using JobRequests.Persistence.Sqlite;
using JobRequests.Silo;
using JobRequests.Streaming.InProcess;
using JobRequests.Streaming.Kafka;

namespace Microsoft.Extensions.Hosting;

/// <summary>A silo with the job grains. Which providers it runs on is configuration: section <c>Orleans</c>.</summary>
public static class SiloHosting
{
    /// <param name="builder">The host.</param>
    /// <param name="configure">What the process adds, clustering above all.</param>
    public static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder, Action<ISiloBuilder>? configure = null)
    {
        builder.AddProviderSettings("GrainStorage", ("MongoDB", typeof(MongoGrainStorageOptions)), ("Sqlite", typeof(SqliteGrainStorageOptions)));
        builder.AddProviderSettings("Streaming", ("Kafka", typeof(KafkaStreamOptions)), ("InProcess", typeof(InProcessStreamOptions)));
        builder.UseOrleans(silo =>
        {
            // Costs two more layers on every grain call, so only where somebody collects the traces.
            if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) silo.AddActivityPropagation();
            silo.AddJobGrains(builder.Configuration);
            var storage = builder.Configuration[$"Orleans:GrainStorage:{JobRequestOptions.StorageName}:ProviderType"];
            if (storage == "Sqlite") silo.Services.AddSqliteJobStores().AddBackgroundVerification<DataFolderVerificationTarget>();
            if (storage == "MongoDB") silo.Services.AddMongoJobStores().AddBackgroundVerification<ClusterVerificationTarget>();
            if (builder.Configuration[$"Orleans:Streaming:{StreamNames.Requests}:ProviderType"] == "Kafka")
            {
                silo.Services.AddJobRecords();
                if (storage == "MongoDB") silo.Services.AddCommandDeadLetters();
            }

            if (builder.Configuration[$"Orleans:Streaming:{StreamNames.FinalEvents}:ProviderType"] == "Kafka")
                silo.Services.AddSingleton<IViewFeed>(static provider => new KafkaViewFeed(
                    provider.GetRequiredKeyedService<KafkaStreamStatus>(StreamNames.FinalEvents), provider.GetRequiredService<TimeProvider>()));

            configure?.Invoke(silo);
        });
        return builder;
    }
}
