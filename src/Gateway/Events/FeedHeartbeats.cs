namespace JobRequests.Gateway.Events;

/// <summary>One clock for all connections: in each turn a part of them gets its heartbeat. When the process stops, all of them end.</summary>
internal sealed class FeedHeartbeats(JobEventFeed feed, IHostApplicationLifetime lifetime, IOptions<FeedOptions> options, TimeProvider time) : BackgroundService
{
    private const int Turns = 16;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var ending = lifetime.ApplicationStopping.Register(feed.EndAll);
            using var timer = new PeriodicTimer(options.Value.Heartbeat / Turns, time);
            for (var turn = 0; await timer.WaitForNextTickAsync(stoppingToken); turn = (turn + 1) % Turns) feed.Heartbeat(turn, Turns, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops, or does not get to start.
        }
    }
}
