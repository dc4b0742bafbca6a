using JobRequests.ServiceDefaults;
using JobRequests.Streaming.Kafka;
using Orleans.Dashboard;

namespace Microsoft.Extensions.Hosting;

/// <summary>The gateway's way to the silos, where it is a process of its own. Section <c>Orleans</c> names clustering and streams.</summary>
internal static class ClusterClientHosting
{
    public static WebApplicationBuilder AddClusterClient(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ClusterConnection>();
        services.AddSingleton<IClusterConnection>(static provider => provider.GetRequiredService<ClusterConnection>());
        services.AddSingleton<IClusterConnectionStatusObserver>(static provider => provider.GetRequiredService<ClusterConnection>());

        // A silo that has joined is used within seconds, one that came back on its old address too.
        services.Configure<Orleans.Configuration.GatewayOptions>(static options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
        builder.AddClusteringSettings();
        builder.AddProviderSettings("Streaming", ("Kafka", typeof(KafkaStreamOptions)));
        services.AddSettings("Orleans:Gateway", typeof(Orleans.Configuration.GatewayOptions));
        var hasDashboard = ClusterDashboardOptions.IsEnabled(builder);
        builder.UseOrleansClient(client =>
        {
            if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) client.AddActivityPropagation();
            client.AddClusterTls(builder.Configuration);
            client.UseConnectionRetryFilter<UntilThereIsASilo>();
            if (hasDashboard) client.AddDashboard(static dashboard => dashboard.HideTrace = true);
        });
        services.AddHostedService<ClusterProbe>();
        services.AddHostedService<TopicCheck>();
        services.AddCommandSerializer();
        services.AddJobRecords();
        services.AddHealthChecks().AddRecordSignatures(HealthTags.Ready);
        services.AddSingleton<IDeadLetters, KafkaDeadLetters>();
        services.AddKafkaEvents();
        services.AddSingleton<IProduceFailureClassifier, KafkaProduceFailureClassifier>();

        // Without the silos' group nobody can tell how far they have come.
        if (!string.IsNullOrEmpty(builder.Configuration[$"Orleans:Streaming:{StreamNames.Requests}:ConsumerGroup"]))
            services.AddSingleton<IRequestBacklog, KafkaRequestBacklog>();
        return builder;
    }
}

/// <summary>Tries again until the first silo is there, and says why it waits when that changes.</summary>
internal sealed partial class UntilThereIsASilo(TimeProvider time, ILogger<UntilThereIsASilo> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private string _said = "";

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        var reason = exception is SiloUnavailableException ? "no silo is registered" : exception.GetBaseException().GetType().Name;
        if (reason != _said)
        {
            NoSilo(logger, exception is SiloUnavailableException ? null : exception, reason);
            _said = reason;
        }

        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Waiting for a silo: {Reason}. Commands are refused until one answers (docs/operations.md#cluster).")]
    private static partial void NoSilo(ILogger logger, Exception? exception, string reason);
}
