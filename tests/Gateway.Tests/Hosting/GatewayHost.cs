using JobRequests.Gateway.Administration;
using JobRequests.Gateway.JobRequests;
using JobRequests.Grains.Abstractions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>The gateway on a real server, a free port of the loopback, with scripted jobs behind it.</summary>
internal sealed class GatewayHost : IAsyncDisposable, IHttpService
{
    private GatewayHost(WebApplication app, ScriptedJobs jobs, RecordedLogs logs)
    {
        App = app;
        Jobs = jobs;
        Logs = logs;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public WebApplication App { get; }

    public ScriptedJobs Jobs { get; }

    public RecordedLogs Logs { get; }

    public HttpClient Client { get; }

    public static Task<GatewayHost> StartAsync(params (string Key, string? Value)[] settings) => StartAsync(null, settings);

    public static async Task<GatewayHost> StartAsync(Action<IServiceCollection>? configure, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Configuration["Identity:Development"] = "true";
        builder.Configuration["Records:Secrets:1"] = Convert.ToBase64String(new byte[32]);
        foreach (var (key, value) in settings) builder.Configuration[key] = value;
        var logs = new RecordedLogs();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var jobs = new ScriptedJobs();
        builder.Services.AddSingleton<IJobRequests>(jobs);
        configure?.Invoke(builder.Services);
        builder.Services.TryAddSingleton<IClusterOperations, ScriptedOperations>();
        builder.Services.TryAddSingleton<IJobEventLog, ScriptedEventLog>();
        builder.AddRedisIdempotencyCache();
        builder.AddGateway();
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        return new GatewayHost(app, jobs, logs);
    }

    /// <summary>The end of the address that an answer names for a command of <paramref name="person"/>.</summary>
    public string Signed(string person, long notAfter, string operation = "accept", string job = Http.Job, string key = "k1") =>
        Http.Signed(App.Services, person, key, job, operation, notAfter);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
