using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Hosting;

// "Drain": { "Notice": "00:00:02", "Timeout": "00:00:30" }

/// <summary>How a process leaves.</summary>
public sealed class DrainOptions
{
    public const string Section = "Drain";

    /// <summary>How long it keeps taking requests after it has stopped being ready, so that nobody is sent to a closed door.</summary>
    public TimeSpan Notice { get; set; }

    /// <summary>How long all of it may take, the notice included. Afterwards the process ends as it is; nothing that was acknowledged is lost by
    /// that.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

internal static class DrainHosting
{
    public static void AddDrain(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<DrainOptions>().BindConfiguration(DrainOptions.Section)
            .Validate(static options => options.Timeout >= TimeSpan.FromSeconds(1)
                && options.Timeout <= TimeSpan.FromMinutes(10), $"{DrainOptions.Section}:Timeout must be between 00:00:01 and 00:10:00.")
            .Validate(static options => options.Notice >= TimeSpan.Zero
                && options.Notice < options.Timeout, $"{DrainOptions.Section}:Notice must be between 00:00:00 and {DrainOptions.Section}:Timeout.")
            .ValidateOnStart();
        services.AddOptions<HostOptions>().Configure<IOptions<DrainOptions>>(static (host, drain) => host.ShutdownTimeout = drain.Value.Timeout);
        services.AddHostedService<Drain>();
    }
}

/// <summary>The steps of leaving: not ready → a moment later the listener closes and requests under way are finished → the rest stops.</summary>
internal sealed partial class Drain(IOptions<DrainOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Drain> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stopped = new();
    private CancellationTokenRegistration _stopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopping = lifetime.ApplicationStopping.Register(() => _ = EndInAnyCaseAsync());
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Notice > TimeSpan.Zero)
            await Task.Delay(options.Value.Notice, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _stopped.CancelAsync();

    public void Dispose()
    {
        _stopping.Dispose();
        _stopped.Cancel();
        _stopped.Dispose();
    }

    // Something that ignores the timeout must not keep alive a process that takes no more work.
    private async Task EndInAnyCaseAsync()
    {
        var token = _stopped.Token;
        await Task.Delay(options.Value.Timeout + Grace, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (token.IsCancellationRequested) return;
        TookTooLong(logger, options.Value.Timeout);
        Environment.FailFast($"The process did not stop within {options.Value.Timeout} ({Docs.Stopping}).");
    }

    [LoggerMessage(LogLevel.Critical, "The process did not stop within {Timeout}; it ends as it is.")]
    private static partial void TookTooLong(ILogger logger, TimeSpan timeout);
}
