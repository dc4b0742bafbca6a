using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.ServiceDefaults;

/// <summary>
/// What the checks said last. Anybody may ask, and a check costs its server something: however many ask, each server is asked at
/// most twice a second.
/// </summary>
public sealed class ReadinessReport(HealthCheckService checks, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _latest;
    private long _startedAt;

    public Task<HealthReport> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && time.GetElapsedTime(_startedAt) >= MaxAge))
            {
                _startedAt = time.GetTimestamp();
                _latest = Task.Run(
                    () => checks.CheckHealthAsync(static check => check.Tags.Contains(HealthTags.Ready), CancellationToken.None), CancellationToken.None);
            }

            return _latest.WaitAsync(cancellationToken);
        }
    }
}
