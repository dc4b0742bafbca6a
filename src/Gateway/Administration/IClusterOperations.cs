namespace JobRequests.Gateway.Administration;

/// <summary>The cluster as operators see it. Every call may fail or hang: the caller bounds it.</summary>
internal interface IClusterOperations
{
    /// <inheritdoc cref="IOperationsGrain.Heartbeat"/>
    Task<SiloHealth> HeartbeatAsync(GatewayReport report);

    /// <inheritdoc cref="IOperationsGrain.ReadGateways"/>
    Task<IReadOnlyList<GatewayReport>> ReadGatewaysAsync();

    /// <summary>The silos that the cluster knows, dead ones too, the newest first.</summary>
    Task<IReadOnlyList<SiloBody>> ReadSilosAsync();
}

/// <summary>The silos themselves, asked by grain calls.</summary>
internal sealed class OrleansOperations(IClusterClient cluster) : IClusterOperations
{
    public Task<SiloHealth> HeartbeatAsync(GatewayReport report) => cluster.GetGrain<IOperationsGrain>(0).Heartbeat(report);

    public Task<IReadOnlyList<GatewayReport>> ReadGatewaysAsync() => cluster.GetGrain<IOperationsGrain>(0).ReadGateways();

    public async Task<IReadOnlyList<SiloBody>> ReadSilosAsync()
    {
        var hosts = await cluster.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: false);
        return [.. hosts.OrderByDescending(static host => host.StartTime)
            .Select(static host =>
                new SiloBody(host.SiloAddress.ToParsableString(), host.SiloName, host.Status.ToString(), new DateTimeOffset(host.StartTime, TimeSpan.Zero)))];
    }
}
