using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.Hosting;

/// <summary>Holds a process back until the servers it needs are there.</summary>
public static class DependencyWaitHosting
{
    /// <summary>What is registered after this starts only when every check with the tag <see cref="HealthTags.Start"/> passes.</summary>
    public static TBuilder WaitForDependencies<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddHostedService<DependencyWait>();
        return builder;
    }
}

/// <summary>Asks again and again; says which server is missing when that changes, and from time to time.</summary>
internal sealed partial class DependencyWait(HealthCheckService checks, TimeProvider time, ILogger<DependencyWait> logger) : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(30);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var said = "";
        var saidAt = time.GetTimestamp();
        while (true)
        {
            var report = await checks.CheckHealthAsync(static check => check.Tags.Contains(HealthTags.Start), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var missing = report.Entries.Where(static entry => entry.Value.Status == HealthStatus.Unhealthy).ToList();
            if (missing.Count == 0) break;

            var sentence = string.Join(" ",
                missing.Select(
                    static entry => $"{entry.Key}: {entry.Value.Description} ({Read(entry.Value, HealthData.Setting)}, {Read(entry.Value, HealthData.Docs)})"));
            if (sentence != said || time.GetElapsedTime(saidAt) >= Reminder)
            {
                Waiting(logger, sentence);
                (said, saidAt) = (sentence, time.GetTimestamp());
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        if (said.Length > 0) NothingMissing(logger);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static object? Read(HealthReportEntry entry, string name) => entry.Data.GetValueOrDefault(name);

    [LoggerMessage(LogLevel.Warning, "Waiting for servers. {Missing}")]
    private static partial void Waiting(ILogger logger, string missing);

    [LoggerMessage(LogLevel.Information, "All servers respond; starting.")]
    private static partial void NothingMissing(ILogger logger);
}
