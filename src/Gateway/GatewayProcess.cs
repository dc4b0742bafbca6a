using JobRequests.Clocks;
using JobRequests.ServiceDefaults;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Gateway;

/// <summary>A gateway as a process of its own: the HTTP API in front of the silos that the settings lead to.</summary>
internal static class GatewayProcess
{
    public static WebApplicationBuilder CreateBuilder(string[] args) =>
        WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults();
        builder.AddKafkaCheck(HealthStatus.Unhealthy, HealthTags.Ready, HealthTags.Start);
        builder.WaitForDependencies();
        builder.AddClusterClient();
        builder.AddGateway();
        builder.AddRedisIdempotencyCache();
        builder.AddClockWatch(static provider => Clocks(provider.GetRequiredService<IOptions<GatewayOptions>>().Value));
        builder.ListenFirst();
    }

    public static void Map(WebApplication app)
    {
        app.MapGateway();
        app.MapClusterDashboard();
    }

    // A command that names no deadline has at least the grace.
    private static ClockTolerance Clocks(GatewayOptions options) => new(
        options.ClockTolerance, "Gateway:ClockTolerance", Limit: new[] { options.ExecutionGrace, options.ClockTolerance }.Max());

    /// <summary>Start failures that only the stream provider knows of.</summary>
    public static string? Explain(Exception exception) => exception is KafkaStartException kafka ? $"{kafka.Message} ({ServiceDefaults.Docs.Kafka})" : null;
}
