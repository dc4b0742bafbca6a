using System.Net;
using System.Net.Sockets;
using JobRequests.Gateway;
using Orleans.Configuration;

namespace JobRequests.Standalone;

/// <summary>Silo and gateway in one process, on in-process streams and SQLite. No server, no network but HTTP.</summary>
internal static class StandaloneHost
{
    public static WebApplication Build(StandaloneOptions options)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = options.Rest,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = "Standalone",
        });
        if (options.Urls is { } urls) builder.Configuration["Urls"] = urls;
        builder.Services.AddSqliteDatabases(sqlite =>
        {
            sqlite.DataFolder = options.DataFolder;
            sqlite.FileName = "jobs.db";
        });

        builder.AddServiceDefaults();
        builder.AddSilo(silo => silo
            .UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0)
            .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "jobrequests"));
        builder.Services.AddSingleton<IProduceFailureClassifier, InProcessProduceFailureClassifier>();
        builder.Services.AddSingleton<IRequestBacklog, InProcessRequestBacklog>();
        builder.AddGateway();

        var app = builder.Build();
        app.MapGateway();
        return app;
    }

    // A silo that is alone talks to nobody, but Orleans wants an address of its own.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
