using System.Diagnostics;
using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Idempotency.Redis;
using JobRequests.Gateway.Requests;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Polly.CircuitBreaker;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

/// <summary>Whatever happens to Redis, a call brings nothing, in time.</summary>
[Collection(RedisAlone.Name)]
public sealed class RedisFaultTests
{
    private static readonly JobRequestReply Reply = new JobRequestReply.Succeeded(2, null, false);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly string _person = "ann-" + Guid.NewGuid().ToString("N")[..8];

    // As in production, but for a shorter break.
    private static RedisCacheOptions Hasty => new() { RedisBreak = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public async Task A_slow_Redis_costs_a_few_timeouts_only()
    {
        await using var toxics = await Toxics.StartAsync();
        await using var under = await RedisCacheUnderTest.StartAsync(toxics.Address, new RedisCacheOptions { RedisBreak = TimeSpan.FromMinutes(1) });
        await Eventually.TrueAsync(async () => await IsKeptAsync(under), "Redis is used");
        await toxics.AddAsync("latency", new { latency = 300 });

        var took = new List<double>();
        while (under.Calls.State == CircuitState.Closed && took.Count < 50)
            took.Add(await TimeAsync(async () => Assert.IsType<CachedRequest.None>(await under.Ledger.FindAsync(Name("slow")))));

        Assert.Equal(CircuitState.Open, under.Calls.State);
        Assert.Equal(2, under.Measured("jobrequests.idempotency_cache.breaker"));
        Assert.InRange(took.Min(), 45, 60);
        Assert.InRange(took.Max(), 45, 250);

        var calls = under.Measured("jobrequests.idempotency_cache.calls");
        var spared = await TimeAsync(async () =>
        {
            for (var i = 0; i < 100; i++) await under.Ledger.ClaimAsync(Name("spared"), "f", "first", Lease);
        });
        Assert.Equal(calls, under.Measured("jobrequests.idempotency_cache.calls"));
        Assert.True(spared < 500, $"A hundred calls that the breaker spared took {spared} ms.");
    }

    [Fact]
    public async Task A_recovered_Redis_is_used_again_and_logged_once()
    {
        await using var toxics = await Toxics.StartAsync();
        await using var under = await RedisCacheUnderTest.StartAsync(toxics.Address, Hasty);
        await Eventually.TrueAsync(async () => await IsKeptAsync(under), "Redis is used");

        await toxics.AddAsync("latency", new { latency = 300 });
        await Eventually.TrueAsync(async () => !await IsKeptAsync(under) && under.Calls.State == CircuitState.Open, "the breaker opens");
        await Eventually.TrueAsync(async () => !await IsKeptAsync(under)
            && under.Measured("jobrequests.idempotency_cache.calls") > 0
            && under.Logs.Lines.Any(line => line.Contains("BrokenCircuitException", StringComparison.Ordinal)), "calls are spared");
        await toxics.RemoveAsync("latency");
        await Eventually.TrueAsync(async () => await IsKeptAsync(under), "Redis is used again");

        Assert.Single(under.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Single(under.Logs.Lines, line => line.StartsWith("Information", StringComparison.Ordinal));
        Assert.Equal(0, under.Measured("jobrequests.idempotency_cache.breaker"));
    }

    [Fact]
    public async Task A_connection_that_swallows_everything_brings_nothing_in_time()
    {
        await using var toxics = await Toxics.StartAsync();
        await using var under = await RedisCacheUnderTest.StartAsync(toxics.Address, Hasty);
        await Eventually.TrueAsync(async () => await IsKeptAsync(under), "Redis is used");
        await toxics.AddAsync("timeout", new { timeout = 0 });

        var took = await TimeAsync(async () =>
        {
            for (var i = 0; i < 20; i++) await under.Ledger.DecideAsync(Name("k" + i), "f", Reply);
        });

        // At most the calls until the breaker opens wait for their timeout.
        Assert.True(took < 1_000, $"Twenty calls took {took} ms.");
    }

    [Fact]
    public async Task A_new_Redis_replaces_a_killed_one()
    {
        await using var server = await RedisServer.StartAsync();
        await using var under = await RedisCacheUnderTest.StartAsync(server.Address, Hasty);
        await Eventually.TrueAsync(async () => await IsKeptAsync(under), "Redis is used");
        await under.Ledger.DecideAsync(Name("before"), "f", Reply);
        Assert.Equal(HealthStatus.Healthy, (await under.Check.CheckHealthAsync(new HealthCheckContext())).Status);

        await server.KillAsync();
        for (var i = 0; i < 20; i++)
        {
            var took = await TimeAsync(async () =>
            {
                Assert.IsType<CachedRequest.None>(await under.Ledger.ClaimAsync(Name("k1"), "f", "first", Lease));
                await under.Ledger.DecideAsync(Name("k1"), "f", Reply);
                await under.Ledger.ReleaseAsync(Name("k1"), "first");
                Assert.IsType<CachedRequest.None>(await under.Ledger.FindAsync(Name("k1")));
                Assert.Null(await under.Ledger.FindLatestAsync(_person, "k1"));
                Assert.IsType<CachedRequest.None>(await under.Ledger.WaitForDecisionAsync(Name("k1"), TimeSpan.Zero, CancellationToken.None));
            });
            Assert.True(took < 1_000, $"Six calls of a Redis that is away took {took} ms.");
        }

        var health = await under.Check.CheckHealthAsync(new HealthCheckContext());
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains(server.Address, health.Description, StringComparison.Ordinal);

        await server.BeginAsync();
        await Eventually.TrueAsync(async () => await IsKeptAsync(under), "the new Redis is used");
        Assert.IsType<CachedRequest.None>(await under.Ledger.FindAsync(Name("before")));
        await Eventually.TrueAsync(
            async () => (await under.Check.CheckHealthAsync(new HealthCheckContext())).Status == HealthStatus.Healthy, "Redis is healthy again");
    }

    [Fact]
    public async Task A_gateway_starts_before_its_Redis()
    {
        await using var server = await RedisServer.StartAsync();
        await server.KillAsync();
        var began = Stopwatch.GetTimestamp();
        await using var under = await RedisCacheUnderTest.StartAsync(server.Address, Hasty);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(3));
        Assert.Contains(under.Logs.Lines, line => line.Contains("starting without it", StringComparison.Ordinal));
        Assert.IsType<CachedRequest.None>(await under.Ledger.ClaimAsync(Name("k1"), "f", "first", Lease));

        await server.BeginAsync();

        await Eventually.TrueAsync(async () => await IsKeptAsync(under), "Redis is used once it is there");
    }

    [Fact]
    public async Task Waiters_are_told_again_after_Redis_was_replaced()
    {
        await using var server = await RedisServer.StartAsync();
        await using var first = await RedisCacheUnderTest.StartAsync(server.Address, Hasty);
        await using var second = await RedisCacheUnderTest.StartAsync(server.Address, Hasty);
        await Eventually.TrueAsync(async () => await IsHeardAsync(first, second), "the second gateway is told");
        await server.KillAsync();
        await server.BeginAsync();

        await Eventually.TrueAsync(async () => await IsHeardAsync(first, second), "the second gateway is told again");
    }

    private async Task<bool> IsKeptAsync(RedisCacheUnderTest under)
    {
        var name = Name("kept-" + Guid.NewGuid().ToString("N"));
        await under.Ledger.DecideAsync(name, "f", Reply);
        return await under.Ledger.FindAsync(name) is CachedRequest.Decided;
    }

    private async Task<bool> IsHeardAsync(RedisCacheUnderTest first, RedisCacheUnderTest second)
    {
        var name = Name("heard-" + Guid.NewGuid().ToString("N"));
        var waiting = second.Ledger.WaitForDecisionAsync(name, TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        await Task.WhenAny(waiting, Task.Delay(50));
        await first.Ledger.DecideAsync(name, "f", Reply);
        return await waiting is CachedRequest.Decided;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private RequestName Name(string key) => new(_person, "accept", Http.Job, key);
}
