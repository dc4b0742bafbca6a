using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>
/// Looks again and again for jobs of this silo's share that wait for something and wakes their grains; the grains do the work. A job that
/// takes long, or does not do what it was found for, holds up no other.
/// </summary>
internal abstract partial class Sweeper : BackgroundService
{
    private const int BatchSize = 500;
    private const int MostUnderWay = 64;

    // Questions may take a twentieth of the time.
    private const int PausePerQuestion = 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly Counter<long> Wakes = Telemetry.Meter.CreateCounter<long>(
        "jobs.sweeper.wakes", "{job}", "Jobs that a sweeper has found and woken.");

    private readonly string _name;
    private readonly IGrainFactory _grains;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _room = new(MostUnderWay);
    private TimeSpan _question;

    // Jobs that would be found again: under way (null), or at rest since then.
    private readonly ConcurrentDictionary<string, long?> _busy = new(StringComparer.Ordinal);

    protected Sweeper(string name, IGrainFactory grains, SweepShare share, TimeProvider clock, ILogger logger)
    {
        _name = name;
        _grains = grains;
        _logger = logger;
        Share = share;
        Clock = clock;
    }

    /// <summary>From one sweep to the next, unless its question takes storage long.</summary>
    protected abstract TimeSpan Period { get; }

    protected TimeProvider Clock { get; }

    protected SweepShare Share { get; }

    protected abstract Task<IReadOnlyList<string>> FindAsync(JobSlice slice, int limit, CancellationToken cancellationToken);

    protected abstract Task WakeAsync(IJobRequestGrain grain);

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
            // The host stops; what was not woken is found again.
        }

        await TakeAllRoomAsync();
    }

    /// <summary>Where storage answers slowly (no index is used, or it has too much to do), it is asked less often.</summary>
    internal static TimeSpan PauseAfter(TimeSpan question, TimeSpan period)
    {
        var longest = LongestPause > period ? LongestPause : period;
        return TimeSpan.FromTicks(Math.Clamp(question.Ticks * PausePerQuestion, period.Ticks, longest.Ticks));
    }

    // One sweep takes everything there is. The share is asked for again each time: silos come and go.
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        WakeRested();
        while (Share.Current() is { } slice)
        {
            // The oldest come first, and those that are busy are among them: without room for them they would hide the others.
            var busy = _busy.Keys.ToHashSet(StringComparer.Ordinal);
            var limit = BatchSize + busy.Count;
            var asked = Clock.GetTimestamp();
            var found = await FindAsync(slice, limit, cancellationToken);
            _question = Clock.GetElapsedTime(asked);
            foreach (var id in found)
            {
                // What was under way when the question began may have been done since.
                if (busy.Contains(id) || !_busy.TryAdd(id, null)) continue;
                await _room.WaitAsync(cancellationToken);
                _ = WakeAsync(id, cancellationToken);
            }

            if (found.Count < limit) return;
        }
    }

    private async Task WakeAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            Wakes.Add(1, new KeyValuePair<string, object?>("sweeper", _name));
            await WakeAsync(_grains.GetGrain<IJobRequestGrain>(id)).WaitAsync(AnswerTimeout, Clock, cancellationToken);
            _busy.TryRemove(id, out _);
        }
        catch (Exception exception)
        {
            _busy[id] = Clock.GetTimestamp();
            if (!cancellationToken.IsCancellationRequested) LogWakeFailed(id, exception);
        }
        finally
        {
            _room.Release();
        }
    }

    private void WakeRested()
    {
        foreach (var (id, since) in _busy)
            if (since is { } timestamp && Clock.GetElapsedTime(timestamp) >= Rest)
                _busy.TryRemove(id, out _);
    }

    // Nothing of this sweeper is under way when it has ended.
    private async Task TakeAllRoomAsync()
    {
        for (var i = 0; i < MostUnderWay; i++) await _room.WaitAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobRequestId} did not expire or publish as it should; the sweeper tries it again.")]
    private partial void LogWakeFailed(string jobRequestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sweep failed; it is tried again.")]
    private partial void LogSweepFailed(Exception exception);
}
