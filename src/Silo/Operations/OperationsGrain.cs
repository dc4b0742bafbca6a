using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Silo;

/// <summary>Remembers the gateways that live and asks storage as long as one of them wants to know.</summary>
[GrainType("operations")]
internal sealed class OperationsGrain(HealthCheckService checks, TimeProvider clock) : Grain, IOperationsGrain
{
    private const string StorageCheck = "mongodb";

    private static readonly TimeSpan CheckPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    // One that takes too long once is slow; a server that is gone fails every time.
    private const int FailuresUntilDown = 2;

    private readonly Dictionary<string, (GatewayReport Report, long At)> _gateways = new(StringComparer.Ordinal);
    private StorageHealth _storage = new(IsUp: true, Problem: null);
    private int _failures;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            static (grain, stop) => grain.CheckStorageAsync(stop), this, new GrainTimerCreationOptions(TimeSpan.Zero, CheckPeriod) { Interleave = true });
        return Task.CompletedTask;
    }

    public Task<StorageHealth> Beat(GatewayReport report)
    {
        _gateways[report.Name] = (report, clock.GetTimestamp());
        return Task.FromResult(_storage);
    }

    public Task<IReadOnlyList<GatewayReport>> ReadGateways()
    {
        foreach (var (name, (_, at)) in _gateways)
            if (clock.GetElapsedTime(at) > Remembered)
                _gateways.Remove(name);
        return Task.FromResult<IReadOnlyList<GatewayReport>>([.. _gateways.Values.Select(static gateway => gateway.Report).OrderBy(static report => report.Name, StringComparer.Ordinal)]);
    }

    private async Task CheckStorageAsync(CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(static check => check.Name == StorageCheck, cancellationToken);
        var isUp = report.Status != HealthStatus.Unhealthy;
        _failures = isUp ? 0 : _failures + 1;
        if (isUp) _storage = new StorageHealth(IsUp: true, Problem: null);
        else if (_failures >= FailuresUntilDown) _storage = new StorageHealth(IsUp: false, report.Entries.Values.Select(static entry => entry.Description).FirstOrDefault());
    }
}
