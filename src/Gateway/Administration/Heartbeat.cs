namespace JobRequests.Gateway.Administration;

/// <summary>Tells the silos how this gateway is, and learns how they are.</summary>
internal sealed partial class Heartbeat(
    IClusterOperations cluster, IClusterConnection connection, GatewayFigures figures, StorageWatch storage, SiloChanges silos,
    IOptions<AdmissionOptions> options, TimeProvider time, ILogger<Heartbeat> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(options.Value.HeartbeatPeriod, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await HeartbeatAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops, or does not get to start.
        }
    }

    private async Task HeartbeatAsync(CancellationToken stoppingToken)
    {
        if (!connection.IsUp) return;
        try
        {
            var health = await cluster.HeartbeatAsync(figures.Read()).WaitAsync(options.Value.StaleAfter, time, stoppingToken);
            storage.Tell(health.IsStorageUp, health.StorageProblem);
            if (health.SilosSameFor is { } sameFor) silos.Tell(sameFor);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Nobody says that storage is down. If it is, the log stands still, and is seen to.
            storage.Tell(isUp: true, seen: null);
            silos.Tell(TimeSpan.Zero);
            NotHeard(logger, exception);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The silos did not answer this gateway's report.")]
    private static partial void NotHeard(ILogger logger, Exception exception);
}
