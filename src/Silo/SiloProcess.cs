using JobRequests.Clocks;
using JobRequests.Persistence.MongoDB;
using JobRequests.ServiceDefaults;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;

namespace JobRequests.Silo;

/// <summary>A silo as a process of its own: job grains on the servers that the settings name, and an address that tells how it is.</summary>
internal static class SiloProcess
{
    public static WebApplicationBuilder CreateBuilder(string[] args) =>
        WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults();
        builder.AddHealth();
        builder.AddRedisCheck(SiloChecks.RedisMissing, HealthTags.Ready, HealthTags.Start);
        builder.AddKafkaCheck(HealthStatus.Unhealthy, HealthTags.Ready, HealthTags.Start);
        builder.AddMongoCheck(HealthTags.Ready, HealthTags.Start);
        builder.AddSiloChecks();
        builder.AddTopicCreation();
        builder.WaitForDependencies();
        builder.AddTopicCheck();
        builder.AddClusterMember();
        var hasDashboard = ClusterDashboardOptions.IsEnabled(builder);
        builder.AddSilo(silo =>
        {
            silo.AddClusterTls(builder.Configuration);
            if (hasDashboard) silo.AddDashboard(static dashboard => dashboard.HideTrace = true);
        });
        builder.AddMembershipKeeper();
        builder.AddClockWatch(static provider =>
            new ClockTolerance(provider.GetRequiredService<IOptions<JobRequestOptions>>().Value.ClockTolerance, "Jobs:ClockTolerance"));
        builder.ListenFirst();
    }

    public static void Map(WebApplication app) => app.MapHealth();

    /// <summary>Start failures that only the providers know of.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        KafkaStartException kafka => $"{kafka.Message} ({Docs.Kafka})",
        MongoStartException mongo => $"{mongo.Message} ({Docs.MongoDB})",
        _ => null,
    };
}
