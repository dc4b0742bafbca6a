using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Silo;

/// <summary>A silo as a process of its own: job grains on the servers that the settings name, and an address that tells how it is.</summary>
internal static class SiloProcess
{
    public static WebApplicationBuilder CreateBuilder(string[] args) =>
        WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults();
        builder.AddHealth();
        builder.AddRedisCheck(HealthStatus.Unhealthy, HealthTags.Ready, HealthTags.Start);
        builder.AddKafkaCheck(HealthStatus.Unhealthy, HealthTags.Ready, HealthTags.Start);
        builder.AddMongoCheck(HealthTags.Ready, HealthTags.Start);
        builder.AddSiloCheck();
        builder.AddTopicCreation();
        builder.WaitForDependencies();
        builder.AddClusterMember();
        builder.AddSilo();
        builder.ListenFirst();

        var app = builder.Build();
        app.MapHealth();
        return app;
    }
}
