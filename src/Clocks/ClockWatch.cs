using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using JobRequests.Grains.Abstractions;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.Clocks;

/// <summary>
/// Compares this process's clock with that of every silo. What the product promises of deadlines holds as long as clocks differ by no
/// more than the tolerance: a process that sees more says so, in the log, in a metric and in <c>/health/ready</c>.
/// </summary>
public sealed partial class ClockWatch : BackgroundService
{
    public const string MeterName = "JobRequests.Clocks";

    /// <summary>How often clocks are compared.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    // The answer that was fastest tells most.
    private const int Questions = 3;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClockWatch> _logger;
    private readonly ConcurrentDictionary<SiloAddress, ClockDifference> _differences = new();

    public ClockWatch(IGrainFactory grains, ClockTolerance tolerance, TimeProvider clock, IMeterFactory meters, ILogger<ClockWatch> logger)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _grains = grains;
        Tolerance = tolerance;
        _clock = clock;
        _logger = logger;
        meters.Create(MeterName).CreateObservableGauge(
            "jobrequests.clock_skew",
            () => _differences.Values.Select(static difference => new Measurement<double>(
                difference.Ahead.TotalSeconds,
                new KeyValuePair<string, object?>("silo", difference.Reading.Silo),
                new KeyValuePair<string, object?>("machine", difference.Reading.Machine))),
            "s",
            "How far a silo's clock is ahead of this process's.");
    }

    /// <summary>How far clocks may differ.</summary>
    public ClockTolerance Tolerance { get; }

    /// <summary>The latest comparison with each active silo.</summary>
    public IReadOnlyCollection<ClockDifference> Differences => [.. _differences.Values];

    /// <summary>Whether no silo's clock is near enough to this one for commands to be sent: with deadlines of this clock every silo would find them too
    /// late.</summary>
    public bool IsBeyondLimit =>
        Tolerance.Limit is { } limit && !_differences.IsEmpty && _differences.All(difference => difference.Value.Exceeds(limit));

    /// <summary>Compares with every active silo once. A silo that does not answer keeps what was seen last.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var hosts = await _grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellationToken).WaitAsync(AnswerTimeout, cancellationToken);
        foreach (var gone in _differences.Keys.Except(hosts.Keys)) _differences.TryRemove(gone, out _);
        await Task.WhenAll(hosts.Keys.Select(silo => CompareAsync(silo, cancellationToken)));
    }

    /// <summary>Takes a comparison, and logs it when it leaves the tolerance or comes back.</summary>
    internal void Tell(SiloAddress silo, ClockDifference difference)
    {
        var wasTooFar = _differences.TryGetValue(silo, out var before) && before.Exceeds(Tolerance.Value);
        _differences[silo] = difference;
        var (seconds, reading) = (Math.Round(difference.Ahead.TotalSeconds, 3), difference.Reading);
        if (difference.Exceeds(Tolerance.Value) && !wasTooFar)
            LogTooFar(reading.Silo, reading.Machine, seconds, Environment.MachineName, Tolerance.Value, Docs.Clocks);
        if (!difference.Exceeds(Tolerance.Value) && wasTooFar) LogInTime(reading.Silo, reading.Machine, seconds, Environment.MachineName);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _clock);
        try
        {
            do
            {
                try
                {
                    await CompareAsync(stoppingToken);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    LogNotNow(exception);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task CompareAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        try
        {
            var best = await AskAsync(silo, cancellationToken);
            for (var i = 1; i < Questions; i++)
                if (await AskAsync(silo, cancellationToken) is var next && next.Uncertainty < best.Uncertainty) best = next;

            Tell(silo, best);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoAnswer(silo, exception);
        }
    }

    private async Task<ClockDifference> AskAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        var (askedAt, started) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        var reading = await _grains.GetGrain<IClockGrain>(silo.ToParsableString()).Read().WaitAsync(AnswerTimeout, cancellationToken);
        return ClockDifference.Of(reading, askedAt, _clock.GetElapsedTime(started));
    }

    [LoggerMessage(LogLevel.Warning,
        "The clock of silo {Silo} on machine {Machine} is {Seconds} s ahead of this one on {Self}; at most {Tolerance} is allowed: deadlines are not met. See "
            + "{Docs}.")]
    private partial void LogTooFar(string silo, string machine, double seconds, string self, TimeSpan tolerance, string docs);

    [LoggerMessage(
        LogLevel.Information, "The clock of silo {Silo} on machine {Machine} is within the tolerance again, {Seconds} s ahead of this one on {Self}.")]
    private partial void LogInTime(string silo, string machine, double seconds, string self);

    [LoggerMessage(LogLevel.Debug, "Silo {Silo} did not say what time it is.")]
    private partial void LogNoAnswer(SiloAddress silo, Exception exception);

    [LoggerMessage(LogLevel.Debug, "Clocks cannot be compared now.")]
    private partial void LogNotNow(Exception exception);
}

/// <param name="Value">How far clocks may differ.</param>
/// <param name="Setting">The setting that says so.</param>
/// <param name="Limit">How far this process's clock may differ from every silo's before it sends no more commands; null where it sends none.</param>
public sealed record ClockTolerance(TimeSpan Value, string Setting, TimeSpan? Limit = null);

/// <summary>How far a silo's clock is ahead of this process's.</summary>
/// <param name="Reading">What the silo said.</param>
/// <param name="Ahead">Negative where it is behind.</param>
/// <param name="Uncertainty">Half of the time that the question took: the difference may be off by this much.</param>
public sealed record ClockDifference(ClockReading Reading, TimeSpan Ahead, TimeSpan Uncertainty)
{
    /// <summary>The silo read its clock somewhere between question and answer; half-way is the best guess.</summary>
    public static ClockDifference Of(ClockReading reading, DateTimeOffset askedAt, TimeSpan took) =>
        new(reading, reading.Now - (askedAt + (took / 2)), took / 2);

    /// <summary>Whether the clocks certainly differ by more than <paramref name="tolerance"/>.</summary>
    public bool Exceeds(TimeSpan tolerance) => Ahead.Duration() - Uncertainty > tolerance;
}
