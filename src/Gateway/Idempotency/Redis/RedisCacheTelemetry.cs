using System.Diagnostics;
using System.Diagnostics.Metrics;
using Polly.CircuitBreaker;

namespace JobRequests.Gateway.Idempotency.Redis;

/// <summary>What an operator watches of the ledger on Redis.</summary>
internal sealed class RedisCacheTelemetry
{
    private readonly Counter<long> _calls;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _joins;
    private readonly List<Func<CircuitState>> _breakers = [];

    public RedisCacheTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayTelemetry.Name);
        _calls = meter.CreateCounter<long>("jobrequests.idempotency_cache.calls", "{call}", "Calls of Redis that were made, by call.");
        _failures = meter.CreateCounter<long>("jobrequests.idempotency_cache.failures", "{call}",
            "Calls of Redis that brought nothing, by call and reason; refused are those that the open breaker spared.");
        _joins = meter.CreateCounter<long>(
            "jobrequests.idempotency_cache.joins", "{request}", "Joined requests that were told their outcome by another gateway through Redis.");
        meter.CreateObservableGauge(
            "jobrequests.idempotency_cache.breaker", BreakerState, "{state}", "0: Redis is used. 1: it is being tried. 2: it is left alone.");
    }

    public void Called(string call) => _calls.Add(1, new KeyValuePair<string, object?>("call", call));

    public void Failed(string call, string reason) => _failures.Add(1, new TagList { { "call", call }, { "reason", reason } });

    public void Joined(int requests) => _joins.Add(requests);

    public void Observe(Func<CircuitState> breaker)
    {
        lock (_breakers) _breakers.Add(breaker);
    }

    private int BreakerState()
    {
        lock (_breakers)
        {
            return _breakers.Select(static breaker => breaker() switch { CircuitState.Closed => 0, CircuitState.HalfOpen => 1, _ => 2 }).DefaultIfEmpty().Max();
        }
    }
}
