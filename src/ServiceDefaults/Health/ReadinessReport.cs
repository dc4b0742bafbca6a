using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.ServiceDefaults;

/// <summary>
/// What the checks said last. Anybody may ask, and a check costs its server something: however many ask, each server is asked at
/// most twice a second.
/// </summary>
public sealed class ReadinessReport(HealthCheckService checks, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private Task<HealthReport>? latest;
    private long startedAt;

    public Task<HealthReport> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (latest is null || (latest.IsCompleted && time.GetElapsedTime(startedAt) >= MaxAge))
            {
                startedAt = time.GetTimestamp();
                latest = Task.Run(
                    () => checks.CheckHealthAsync(static check => check.Tags.Contains(HealthTags.Ready), CancellationToken.None), CancellationToken.None);
            }

            return latest.WaitAsync(cancellationToken);
        }
    }
}
