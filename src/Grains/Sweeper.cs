using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>Looks again and again for jobs that wait for something and pokes their grains; the grains do the work.</summary>
internal abstract partial class Sweeper(IGrainFactory grains, TimeProvider clock, ILogger logger) : BackgroundService
{
    protected const int BatchSize = 500;

    // Questions may take a twentieth of the time.
    private const int PausePerQuestion = 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private TimeSpan _question;

    /// <summary>From one sweep to the next, unless its question takes storage long.</summary>
    protected abstract TimeSpan Period { get; }

    protected TimeProvider Clock { get; } = clock;

    protected abstract Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken);

    protected abstract Task PokeAsync(IJobRequestGrain grain);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, Clock);
        try
        {
            do
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    LogSweepFailed(exception);
                }

                timer.Period = PauseAfter(_question, Period);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what was not poked is found again.
        }
    }

    /// <summary>Where storage answers slowly (no index is used, or it has too much to do), it is asked less often.</summary>
    internal static TimeSpan PauseAfter(TimeSpan question, TimeSpan period)
    {
        var longest = LongestPause > period ? LongestPause : period;
        return TimeSpan.FromTicks(Math.Clamp(question.Ticks * PausePerQuestion, period.Ticks, longest.Ticks));
    }

    // One sweep takes everything there is, unless some of it does not go away.
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = Clock.GetTimestamp();
            var found = await FindAsync(cancellationToken);
            _question = Clock.GetElapsedTime(asked);
            if (await PokeAllAsync(found, cancellationToken) > 0 || found.Count < BatchSize) return;
        }
    }

    /// <returns>How many did not do what they were found for.</returns>
    private async Task<int> PokeAllAsync(IReadOnlyList<string> found, CancellationToken cancellationToken)
    {
        var failed = 0;
        await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken }, async (id, _) =>
        {
            try
            {
                await PokeAsync(grains.GetGrain<IJobRequestGrain>(id)).WaitAsync(TimeSpan.FromSeconds(10), Clock, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Interlocked.Increment(ref failed);
                LogPokeFailed(id, exception);
            }
        });
        return failed;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobRequestId} did not do what it was found for; it is found again.")]
    private partial void LogPokeFailed(string jobRequestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sweep failed; it is tried again.")]
    private partial void LogSweepFailed(Exception exception);
}
