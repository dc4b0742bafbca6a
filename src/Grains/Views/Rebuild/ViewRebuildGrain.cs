using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>Runs one rebuild at a time, beside its calls. What is left of it when its silo goes is dropped by the store.</summary>
[GrainType("viewrebuild")]
internal sealed partial class ViewRebuildGrain(
    IJobDocumentScan documents,
    IJobViewStore views,
    IJobViewGenerations generations,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<ViewRebuildGrain> logger) : Grain, IViewRebuildGrain
{
    private static readonly TimeSpan KeptInMemory = TimeSpan.FromHours(1);

    private ViewRebuilder? _rebuilder;
    private Task _run = Task.CompletedTask;
    private ViewRebuildStatus _status = new(ViewRebuildState.Idle, null, null, 0, 0, [], null);

    public Task<ViewRebuildStatus> Start()
    {
        if (_run.IsCompleted)
        {
            _rebuilder = new ViewRebuilder(documents, views, generations);
            _status = new ViewRebuildStatus(ViewRebuildState.Running, clock.GetUtcNow(), null, 0, 0, [], null);
            _run = RunAsync(_rebuilder);
        }

        return Read();
    }

    public Task<ViewRebuildStatus> Read()
    {
        DelayDeactivation(KeptInMemory);
        if (_rebuilder?.Progress is { } progress) _status = _status with { Jobs = progress.Jobs, Repaired = progress.Repaired, Different = progress.Different };
        return Task.FromResult(_status);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await _run.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private async Task RunAsync(ViewRebuilder rebuilder)
    {
        try
        {
            await rebuilder.RunAsync(lifetime.ApplicationStopping);
            LogDone(rebuilder.Progress.Jobs, rebuilder.Progress.Repaired);
            End(ViewRebuildState.Done, null);
        }
        catch (Exception exception)
        {
            LogFailed(exception);
            End(ViewRebuildState.Failed,
                exception is ViewRebuildException
                    ? exception.Message
                    : $"{exception.GetType().Name}: the log of the silo says more. The views are as they were.");
        }

        void End(ViewRebuildState state, string? error) => _status = _status with { State = state, EndedAt = clock.GetUtcNow(), Error = error };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The views of {Jobs} jobs were rebuilt; {Repaired} of them were not what their documents say.")]
    private partial void LogDone(long jobs, long repaired);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rebuild of the views failed; they are unchanged.")]
    private partial void LogFailed(Exception exception);
}
