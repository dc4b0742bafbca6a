using JobRequests.Gateway.Administration;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>A cluster that says what a test tells it to say; as it is, it answers nothing.</summary>
internal sealed class ScriptedOperations : IClusterOperations
{
    public Func<Task<SiloHealth>> Heartbeat { get; set; } = static () => Task.FromException<SiloHealth>(new TimeoutException());

    public Func<Task<IReadOnlyList<GatewayReport>>> Gateways { get; set; } = static () =>
        Task.FromException<IReadOnlyList<GatewayReport>>(new TimeoutException());

    public Func<Task<IReadOnlyList<SiloBody>>> Silos { get; set; } = static () => Task.FromException<IReadOnlyList<SiloBody>>(new TimeoutException());

    public Task<SiloHealth> HeartbeatAsync(GatewayReport report) => Heartbeat();

    public Task<IReadOnlyList<GatewayReport>> ReadGatewaysAsync() => Gateways();

    public Task<IReadOnlyList<SiloBody>> ReadSilosAsync() => Silos();
}
