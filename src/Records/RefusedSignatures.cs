using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Records;

/// <summary>Counts the records that no key of this process has signed.</summary>
internal sealed class RefusedSignatures
{
    private long _count;
    private long _lastAt;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Since the last one; null before the first.</summary>
    public TimeSpan? Age => Count == 0 ? null : TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastAt));

    public void Add()
    {
        Volatile.Write(ref _lastAt, Environment.TickCount64);
        Interlocked.Increment(ref _count);
    }
}

/// <summary>Degraded while records come whose signatures are refused: a process or a whole cluster with other secrets shares the topics, or somebody
/// forges.</summary>
internal sealed class RecordSignatureCheck(RecordSignature signature) : IHealthCheck
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var refused = signature.Refused;
        return Task.FromResult(refused.Age is { } age && age < Remembered
            ? HealthCheckResult.Degraded(
                $"{refused.Count} records were refused for their signatures, the last one {age.TotalSeconds:F0} s ago: another process writes to these topics "
                    + "with secrets (Records:Secrets) or a service name (Orleans:ServiceId) that differ.")
            : HealthCheckResult.Healthy());
    }
}
