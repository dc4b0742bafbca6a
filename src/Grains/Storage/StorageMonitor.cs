using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>
/// Knows whether the storage of the jobs takes writes: by those that the jobs make, and where there are none, or they fail, by writes of
/// its own. One for each silo.
/// </summary>
public sealed partial class StorageMonitor : BackgroundService, IStorageMonitor
{
    // Longer than an idle silo needs to know, shorter than a job tries.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    private readonly IStorageProbe _probe;
    private readonly TimeProvider _clock;
    private readonly ILogger<StorageMonitor> _logger;
    private readonly Lock _gate = new();
    private Task<bool> _probing = Task.FromResult(true);
    private TaskCompletionSource? _down;
    private long _answeredAt;
    private long _upSince;

    public StorageMonitor(IStorageProbe probe, TimeProvider clock, ILogger<StorageMonitor> logger)
    {
        _probe = probe;
        _clock = clock;
        _logger = logger;
        _answeredAt = _upSince = clock.GetTimestamp();
        Telemetry.Meter.CreateObservableGauge("jobs.storage.answering", () => IsDown ? 0 : 1,
            description: "Whether the storage of the jobs takes writes; while it does not, no command is taken from the log.");
    }

    /// <summary>How long the storage has answered without a break; zero while it does not.</summary>
    public TimeSpan UpFor
    {
        get
        {
            lock (_gate) return _down is null ? _clock.GetElapsedTime(_upSince) : TimeSpan.Zero;
        }
    }

    private bool IsDown => Volatile.Read(ref _down) is not null;

    public void HasAnswered()
    {
        Volatile.Write(ref _answeredAt, _clock.GetTimestamp());
        if (IsDown) Report(true, null);
    }

    public Task<bool> IsAnsweringAsync()
    {
        lock (_gate) return _probing.IsCompleted ? _probing = ProbeAsync() : _probing;
    }

    public Task WaitUntilAnsweringAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _down is { } down ? down.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (IsDown || _clock.GetElapsedTime(Volatile.Read(ref _answeredAt)) > Silence) await IsAnsweringAsync();
            await Task.Delay(Recheck * (0.5 + Random.Shared.NextDouble()), _clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    // Not on the scheduler of the grain that happens to ask first.
    private Task<bool> ProbeAsync() => Task.Run(async () =>
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, _clock);
        try
        {
            await _probe.WriteAsync(timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            Report(false, exception);
            return false;
        }

        Volatile.Write(ref _answeredAt, _clock.GetTimestamp());
        Report(true, null);
        return true;
    });

    private void Report(bool isAnswering, Exception? exception)
    {
        TaskCompletionSource? ended = null;
        lock (_gate)
        {
            if (isAnswering == _down is null) return;
            if (isAnswering)
            {
                (ended, _down) = (_down, null);
                _upSince = _clock.GetTimestamp();
            }
            else
            {
                _down = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (isAnswering) LogAnswers();
        else LogDoesNotAnswer(exception!);
        ended?.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The storage of the jobs does not take writes. No command is taken from the log until it does; there are no dead letters and nothing is "
            + "lost.")]
    private partial void LogDoesNotAnswer(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storage of the jobs takes writes again; work continues.")]
    private partial void LogAnswers();
}

/// <summary>Tells a job that cannot be stored from a storage that does not answer at all.</summary>
public interface IStorageMonitor
{
    /// <summary>A document was just written.</summary>
    void HasAnswered();

    /// <summary>Finds out whether the storage takes writes.</summary>
    Task<bool> IsAnsweringAsync();

    /// <summary>Completes when it takes writes again.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task WaitUntilAnsweringAsync(CancellationToken cancellationToken);
}

/// <summary>A write that has nothing to do with any job, where the jobs are stored.</summary>
public interface IStorageProbe
{
    /// <exception cref="Exception">The storage did not take it.</exception>
    Task WriteAsync(CancellationToken cancellationToken);
}
