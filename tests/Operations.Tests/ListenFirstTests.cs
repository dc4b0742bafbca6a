using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.Operations.Tests;

/// <summary>The order in which a process starts and leaves, hosted in the test itself.</summary>
public sealed class ListenFirstTests
{
    private readonly ConcurrentQueue<string> _log = new();

    [Fact]
    public async Task A_process_answers_while_it_starts_ready_only_afterwards()
    {
        var release = new TaskCompletionSource();
        await using var app = Build(new Step(_log, "first", _ => release.Task), new Step(_log, "second"));
        var starting = app.StartAsync();
        await Eventually.TrueAsync("it listens", () => Task.FromResult(app.Urls.Count == 1 && _log.Contains("first starts")));
        var url = new Uri(app.Urls.Single());

        Assert.Equal(200, (await Caller.GetAsync(url, "/health/live")).Status);
        var (status, body) = await Caller.GetAsync(url, "/health/ready");
        Assert.Equal((503, "The process is starting."), (status, (string?)body!["checks"]!["process"]!["description"]));
        Assert.DoesNotContain("second starts", _log);

        release.SetResult();
        await starting;
        await Eventually.TrueAsync("it is ready", async () => (await Caller.GetAsync(url, "/health/ready")).Status == 200);
        await app.StopAsync();
        Assert.Equal(["first starts", "second starts", "second stops", "first stops"], _log);
    }

    [Fact]
    public async Task A_failing_service_ends_the_start_and_others_stop()
    {
        await using var app = Build(new Step(_log, "first"), new Step(_log, "second", _ => throw new InvalidOperationException("no")), new Step(_log, "third"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());
        await app.StopAsync();

        Assert.Equal(["first starts", "second starts", "second stops", "first stops"], _log);
    }

    [Fact]
    public async Task Told_to_stop_while_it_starts_it_starts_nothing_more()
    {
        await using var app = Build(new Step(_log, "first", token => Task.Delay(Timeout.Infinite, token)), new Step(_log, "second"));
        var starting = app.StartAsync();
        await Eventually.TrueAsync("it starts", () => Task.FromResult(_log.Contains("first starts")));

        app.Lifetime.StopApplication();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.DoesNotContain("second starts", _log);
    }

    [Fact]
    public async Task Waiting_callers_are_answered_before_services_stop()
    {
        var release = new TaskCompletionSource();
        await using var app = Build(new Step(_log, "service"));
        app.MapGet("/wait", async () =>
        {
            _log.Enqueue("request begins");
            await release.Task;
            _log.Enqueue("request ends");
        });
        await app.StartAsync();
        var url = new Uri(app.Urls.Single());
        var request = Caller.GetAsync(url, "/wait");
        await Eventually.TrueAsync("the request is there", () => Task.FromResult(_log.Contains("request begins")));

        var stopping = app.StopAsync();
        await Eventually.TrueAsync("it takes no more connections", async () =>
        {
            try
            {
                using var other = new HttpClient();
                await other.GetAsync(new Uri(url, "/health/live"));
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
        release.SetResult();

        Assert.Equal(200, (await request).Status);
        await stopping;
        Assert.Equal(["service starts", "request begins", "request ends", "service stops"], _log);
    }

    [Fact]
    public async Task A_failing_background_service_fails_the_process()
    {
        try
        {
            await using var app = Build(new Failing());
            // It may fail before the start is through, which then ends where it is.
            if (await Record.ExceptionAsync(() => app.StartAsync()) is { } exception) Assert.IsAssignableFrom<OperationCanceledException>(exception);
            await app.WaitForShutdownAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = 0;
        }
    }

    private static WebApplication Build(params IHostedService[] services)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        foreach (var service in services) builder.Services.AddSingleton(service);
        builder.AddHealth();
        builder.ListenFirst();
        var app = builder.Build();
        app.MapHealth();
        return app;
    }

    private sealed class Step(ConcurrentQueue<string> log, string name, Func<CancellationToken, Task>? start = null) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            log.Enqueue($"{name} starts");
            if (start is not null) await start(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            log.Enqueue($"{name} stops");
            return Task.CompletedTask;
        }
    }

    private sealed class Failing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("It broke.");
        }
    }
}
