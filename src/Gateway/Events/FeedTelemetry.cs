using System.Diagnostics.Metrics;

namespace JobRequests.Gateway.Events;

/// <summary>What an operator watches of the live feed.</summary>
internal sealed class FeedTelemetry
{
    private readonly Counter<long> _dropped;

    public FeedTelemetry(IMeterFactory meters, LiveConnections connections)
    {
        var meter = meters.Create(GatewayTelemetry.Name);
        _dropped = meter.CreateCounter<long>(
            "jobrequests.live.dropped", "{connection}", "Live connections that were closed because their client did not read.");
        meter.CreateObservableUpDownCounter("jobrequests.live.connections", () => connections.InFlight, "{connection}", "Connections of feeds and of the hub.");
    }

    public void Dropped() => _dropped.Add(1);
}
