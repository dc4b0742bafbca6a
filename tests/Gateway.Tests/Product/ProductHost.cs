using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains;
using JobRequests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace JobRequests.Gateway.Tests.Product;

/// <summary>Gateway and silo in this process, on in-process streams and SQLite in a folder of their own: the embedded product.</summary>
public sealed class ProductHost : IAsyncLifetime, IHttpService
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-tests-").FullName;
    private WebApplication _app = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>The index that lists and statistics are read from.</summary>
    internal HeldIndex Index { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        (string Key, string Value)[] settings =
        [
            ("Orleans:GrainStorage:jobs:ProviderType", "Sqlite"),
            ("Orleans:Streaming:requests:ProviderType", "InProcess"),
            ("Orleans:Streaming:requests:AcknowledgeWhen", "Enqueued"),
            ("Orleans:Streaming:finalevents:ProviderType", "InProcess"),
            ("Orleans:Streaming:finalevents:AcknowledgeWhen", "Delivered"),
            ("Identity:Development", "true"),
            ("Jobs:ClockTolerance", "00:00:00.100"),
            ("Gateway:ClockTolerance", "00:00:00.100"),

            // Tests send more than one caller may.
            ("Gateway:CallerRate", "100000"),
            ("Gateway:CallerBurst", "100000"),

            // Nothing is remembered here: what is tested is what the jobs remember.
            ("Gateway:IdempotencyCacheCapacity", "0"),
        ];
        foreach (var (key, value) in settings) builder.Configuration[key] = value;
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSqliteDatabases(sqlite =>
        {
            sqlite.DataFolder = _folder;
            sqlite.FileName = "jobs.db";
        });
        builder.AddSilo(silo => silo
            .UseLocalhostClustering(siloPort: FreePort.Next(), gatewayPort: 0)
            .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "gateway-tests"));
        var index = builder.Services.Single(static service => service.ServiceType == typeof(IJobViewIndex)).ImplementationType!;
        builder.Services.AddSingleton<IJobViewIndex>(provider => new HeldIndex((IJobViewIndex)ActivatorUtilities.CreateInstance(provider, index)));
        builder.AddGateway();
        _app = builder.Build();
        _app.MapGateway();
        await _app.StartAsync();
        Index = (HeldIndex)_app.Services.GetRequiredService<IJobViewIndex>();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
