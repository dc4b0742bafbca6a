using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobRequests.ServiceDefaults;

// "WarmUp": { "Limit": "00:00:02" }

/// <summary>How a process becomes fast before it is ready.</summary>
public sealed class WarmUpOptions
{
    public const string Section = "WarmUp";

    public static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    /// <summary>How long it may take; zero: none.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>
/// Runs throw-away jobs through a second host within the process, so that the code of the first requests is compiled. That host has
/// its own services, a temporary folder and no servers. It is gone before the process's own host starts, which begins with telemetry.
/// </summary>
internal sealed partial class WarmUp(IOptions<WarmUpOptions> options, ILogger<WarmUp> logger)
{
    /// <returns>False if the process was told to stop meanwhile.</returns>
    public async Task<bool> RunAsync(Func<CancellationToken, Task> run)
    {
        if (options.Value.Limit == TimeSpan.Zero) return true;
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(options.Value.Limit);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await run(limit.Token);
            Finished(logger, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        catch (Exception exception)
        {
            if (limit.IsCancellationRequested) OutOfTime(logger, options.Value.Limit);
            else Failed(logger, exception);
        }

        return !stop.IsCancellationRequested;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    [LoggerMessage(LogLevel.Information, "Warmed up in {Seconds:F1} s.")]
    private static partial void Finished(ILogger logger, double seconds);

    [LoggerMessage(LogLevel.Information, "The warm-up was not finished after {Limit}; the process starts without the rest of it.")]
    private static partial void OutOfTime(ILogger logger, TimeSpan limit);

    [LoggerMessage(LogLevel.Warning, "The warm-up failed; the first requests are slower.")]
    private static partial void Failed(ILogger logger, Exception exception);
}

/// <summary>What the throw-away hosts of all processes share.</summary>
public static class WarmUpHosting
{
    internal static void AddWarmUp(this IServiceCollection services)
    {
        services.AddOptions<WarmUpOptions>().BindConfiguration(WarmUpOptions.Section)
            .Validate(static options => options.Limit >= TimeSpan.Zero && options.Limit <= WarmUpOptions.Most,
                $"{WarmUpOptions.Section}:Limit must be between 00:00:00 and {WarmUpOptions.Most}.");
        services.AddSingleton<WarmUp>();
    }

    /// <summary>A host for throw-away jobs: these settings and no others, no logs, no telemetry.</summary>
    public static WebApplicationBuilder CreateThrowAwayBuilder(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "WarmUp" });
        ((IConfigurationBuilder)builder.Configuration).Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings.Append(("Urls", "http://127.0.0.1:0"))
            .ToDictionary(static setting => setting.Item1, static setting => (string?)setting.Item2));
        builder.Logging.ClearProviders();
        return builder;
    }

    /// <summary>
    /// Runs throw-away jobs in an application, several at once as callers do. Only they can be cut short: a silo of Orleans 10.4 that is disposed of before it
    /// has stopped keeps a core busy for ever (its <c>LocalGrainDirectory</c> asks a disposed membership service for news, again and again).
    /// </summary>
    public static async Task RunJobsAsync(WebApplication app, Func<int, Task> run, CancellationToken cancellationToken)
    {
        const int Jobs = 40;
        const int Callers = 8;
        await using var disposed = app;
        await app.StartAsync(CancellationToken.None);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
            {
                for (var job = caller; job < Jobs; job += Callers)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await run(job);
                }
            }));
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }
}
