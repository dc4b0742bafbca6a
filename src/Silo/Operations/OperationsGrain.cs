using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Silo;

/// <summary>Remembers the gateways that live, watches the silos and asks storage, as long as a gateway wants to know.</summary>
[GrainType("operations")]
internal sealed class OperationsGrain(HealthCheckService checks, ISiloStatusOracle oracle, TimeProvider clock) : Grain, IOperationsGrain
{
    private const string StorageCheck = "mongodb";
    private const string AbandonedByOperator = "abandoned-by-operator";

    private static readonly TimeSpan CheckPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    // One that takes too long once is slow; a server that is gone fails every time.
    private const int FailuresUntilDown = 2;

    private readonly Dictionary<string, (GatewayReport Report, long At)> _gateways = new(StringComparer.Ordinal);
    private HashSet<SiloAddress>? _silos;
    private long? _changedAt;
    private SiloHealth _health = new(IsStorageUp: true, StorageProblem: null);
    private int _failures;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            static (grain, stop) => grain.CheckStorageAsync(stop), this, new GrainTimerCreationOptions(TimeSpan.Zero, CheckPeriod) { Interleave = true });
        return Task.CompletedTask;
    }

    public Task<SiloHealth> Heartbeat(GatewayReport report)
    {
        _gateways[report.Name] = (report, clock.GetTimestamp());
        var silos = oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.ToHashSet();
        if (_silos is not null && !silos.SetEquals(_silos)) _changedAt = clock.GetTimestamp();
        _silos = silos;
        return Task.FromResult(_health with { SilosSameFor = _changedAt is { } at ? clock.GetElapsedTime(at) : null });
    }

    public Task<IReadOnlyList<GatewayReport>> ReadGateways()
    {
        foreach (var (name, (_, at)) in _gateways)
            if (clock.GetElapsedTime(at) > Remembered)
                _gateways.Remove(name);
        return Task.FromResult<IReadOnlyList<GatewayReport>>(
            [.. _gateways.Values.Select(static gateway => gateway.Report).OrderBy(static report => report.Name, StringComparer.Ordinal)]);
    }

    public Task<bool> DeadLetterOldest(string stream, int partition, long offset, string person) =>
        ServiceProvider.GetKeyedService<KafkaDeadLettering>(stream) is { } deadLetters
            ? deadLetters.DeadLetterOldestAsync(partition, offset, AbandonedByOperator, $"The partition stood still on it; {person} gave it up.")
            : Task.FromResult(false);

    private async Task CheckStorageAsync(CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(static check => check.Name == StorageCheck, cancellationToken);
        var isUp = report.Status != HealthStatus.Unhealthy;
        _failures = isUp ? 0 : _failures + 1;
        if (isUp) _health = new SiloHealth(IsStorageUp: true, StorageProblem: null);
        else if (_failures >= FailuresUntilDown)
            _health = new SiloHealth(IsStorageUp: false, report.Entries.Values.Select(static entry => entry.Description).FirstOrDefault());
    }
}
