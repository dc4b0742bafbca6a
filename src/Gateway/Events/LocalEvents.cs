namespace JobRequests.Gateway.Events;

/// <summary>
/// Reads the log of this process into the feed: at first the last events, then what comes. Read again for clients that were away, also while
/// the process was not running.
/// </summary>
internal sealed partial class LocalEvents(
    IJobEventLog log, FeedIntake intake, IOptions<FeedOptions> options, TimeProvider time, ILogger<LocalEvents> logger) : BackgroundService, IEventLog
{
    private const int MostAtOnce = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private long _next;

    // The feed begins with the process, not with its first event.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var range = await log.DescribeAsync(cancellationToken);
        _next = Math.Max(range.First, range.Next - options.Value.Buffer);
        intake.Write(new FeedInput.Opened(range.Log, [_next]));
        await base.StartAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<FeedInput.Record>?> ReadAsync(FeedCursor from, long[] to, CancellationToken cancellationToken)
    {
        if (to[0] - from[0] > options.Value.MaxCatchUp) return null;
        var events = await log.ReadAsync(from[0], options.Value.MaxCatchUp, cancellationToken);
        // Asked afterwards: what is there now was there while the events were read.
        if ((await log.DescribeAsync(cancellationToken)).First > from[0]) return null;
        return [.. events.TakeWhile(logged => logged.Position < to[0]).Select(static logged => new FeedInput.Record(0, logged.Position, logged.Event))];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var appended = log.Appended;
                var events = await log.ReadAsync(_next, MostAtOnce, stoppingToken);
                foreach (var (position, jobEvent) in events)
                {
                    intake.Write(new FeedInput.Record(0, position, jobEvent));
                    _next = position + 1;
                }

                if (events.Count == 0) await appended.WaitAsync(stoppingToken);
                while (intake.IsFull) await Task.Delay(TimeSpan.FromMilliseconds(1), time, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NotReadable(logger, exception);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The process stops.
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The log of events cannot be read; it is tried again. Live clients get no new events in the meantime.")]
    private static partial void NotReadable(ILogger logger, Exception exception);
}
