using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>A source of events for the views that may hold some back.</summary>
public interface IViewFeed
{
    /// <summary>How long the oldest event has waited that this process is to bring to the views; zero when there is none.</summary>
    TimeSpan ReadLag();
}

/// <summary>
/// How far the views are behind the jobs: the age of the oldest event that has not reached them, wherever in the cluster it waits. Looked
/// up once a second; what a silo that has died left unpublished is only seen when another one takes it up.
/// </summary>
public sealed partial class ViewLag(IEnumerable<IViewFeed> feeds, ILocalSiloDetails silo, IGrainFactory grains, TimeProvider clock, ILogger<ViewLag> logger)
    : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private long _current;

    public TimeSpan Current => TimeSpan.FromTicks(Volatile.Read(ref _current));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Period, clock);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var here = feeds.Select(feed => feed.ReadLag()).DefaultIfEmpty().Max();
                try
                {
                    here = await grains.GetGrain<IViewLagGrain>(0).Exchange(silo.SiloAddress.ToString(), here).WaitAsync(Period, clock, stoppingToken);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    NotExchanged(exception);
                }

                Volatile.Write(ref _current, here.Ticks);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops, or does not get to start.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The other silos could not be told the lag of the views here.")]
    private partial void NotExchanged(Exception exception);
}

[GrainType("viewlag")]
internal sealed class ViewLagGrain(TimeProvider clock) : Grain, IViewLagGrain
{
    private static readonly TimeSpan Remembered = 5 * ViewLag.Period;

    private readonly Dictionary<string, (TimeSpan Lag, long At)> _reports = new(StringComparer.Ordinal);

    public Task<TimeSpan> Exchange(string silo, TimeSpan lag)
    {
        _reports[silo] = (lag, clock.GetTimestamp());
        foreach (var (gone, _) in _reports.Where(report => clock.GetElapsedTime(report.Value.At) > Remembered).ToList()) _reports.Remove(gone);
        return Task.FromResult(_reports.Values.Max(report => report.Lag));
    }
}
