using JobRequests.Grains.Abstractions;
using JobRequests.Verification;
using Microsoft.Extensions.Options;

namespace JobRequests.Silo;

/// <summary>Runs one verification at a time, beside its scheduler and no faster than it is allowed to.</summary>
[GrainType("verification")]
[KeepAlive]
internal sealed partial class VerificationGrain(
    IVerificationTarget target, IOptions<BackgroundVerificationOptions> options, TimeProvider clock, ILogger<VerificationGrain> logger) : Grain,
        IVerificationGrain
{
    private readonly BackgroundVerificationOptions _options = options.Value;
    private readonly CancellationTokenSource _stopping = new();
    private VerificationStatus _last = VerificationStatus.Unknown;
    private Task _run = Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_options.Period > TimeSpan.Zero)
        {
            this.RegisterGrainTimer(
                static (grain, _) => grain.Start(), this, new GrainTimerCreationOptions(TimeSpan.Zero, _options.Period) { Interleave = true });
        }

        return Task.CompletedTask;
    }

    public Task<VerificationStatus> Read() => Task.FromResult(_last with { IsRunning = !_run.IsCompleted });

    public Task<VerificationStatus> Start()
    {
        if (_run.IsCompleted) _run = RunAsync();
        return Read();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _run.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task RunAsync()
    {
        using var limit = new CancellationTokenSource(_options.MaxDuration, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        try
        {
            // It computes: not on the grain's scheduler.
            var report = await Task.Run(() => VerifyAsync(stop.Token), stop.Token);
            _last = ToStatus(report);
            if (!report.IsClean) LogViolations(report.ViolationCount, report.Jobs, report.First[0].Message);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            _last = VerificationStatus.Unknown with
            {
                CheckedAt = clock.GetUtcNow(),
                Problem =
                    $"The verification did not end within {_options.MaxDuration} and was broken off: raise Verification:MaxDuration or "
                        + "Verification:JobsPerSecond, or run jobctl verify.",
            };
        }
        catch (OperationCanceledException)
        {
            // The silo stops; nobody asks any more.
        }
        catch (Exception exception)
        {
            LogFailed(exception);
            _last = VerificationStatus.Unknown with
            {
                CheckedAt = clock.GetUtcNow(),
                Problem = exception is VerificationException ? exception.Message : "The verification failed; the silo's log says why."
            };
        }
    }

    private async Task<VerificationReport> VerifyAsync(CancellationToken cancellationToken)
    {
        await using var jobs = new PacedJobSource(target.OpenJobs(), _options.JobsPerSecond, clock);
        await using var records = _options.Topics ? target.OpenRecords() : null;
        var verifier = new Verifier(
            new VerificationSources { Jobs = jobs, Records = records },
            new VerificationOptions { Rules = target.Rules, MaxReported = VerificationStatus.MaxFindings, MaxParallelism = 1 });
        return await verifier.RunAsync(cancellationToken: cancellationToken);
    }

    private VerificationStatus ToStatus(VerificationReport report) => new(
        IsRunning: false,
        clock.GetUtcNow(),
        report.IsClean,
        report.Jobs,
        report.ViolationCount,
        [.. report.First.Take(VerificationStatus.MaxFindings).Select(static violation => new VerificationFinding(
            violation.Invariant.ToString(), violation.Job, violation.Version, violation.Caller, violation.Key, violation.Message, violation.Evidence))],
        [.. report.Notes],
        Problem: null);

    [LoggerMessage(
        Level = LogLevel.Critical, Message = "{Count} promises are broken in {Jobs} verified jobs; the first: {First} jobctl verify shows all of them.")]
    private partial void LogViolations(long count, long jobs, string first);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored jobs could not be verified.")]
    private partial void LogFailed(Exception exception);
}
