using System.Diagnostics;
using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Idempotency.Redis;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Requests;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using JobRequests.Testing.Backends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

/// <summary>A repeat that arrives at another gateway while the first attempt is in flight.</summary>
[Collection(RedisAlone.Name)]
public sealed class JoinTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";
    private static readonly JobRequestReply Reply = new JobRequestReply.Succeeded(2, null, false);

    private readonly string _person = "ann-" + Guid.NewGuid().ToString("N")[..8];
    private readonly RequestName _name;

    public JoinTests() => _name = new RequestName(_person, "accept", Http.Job, "k1");

    [Fact]
    public async Task The_other_gateway_is_told_the_outcome_at_once()
    {
        await using var first = await RedisCacheUnderTest.StartAsync(await Servers.RedisAsync());
        await using var second = await RedisCacheUnderTest.StartAsync(await Servers.RedisAsync());
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Servers.RedisAsync());
        var took = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            var request = _name with { Key = "k" + i };
            await first.Ledger.ClaimAsync(request, "f", "first", TimeSpan.FromSeconds(6));
            var waiting = second.Ledger.WaitForDecisionAsync(request, TimeSpan.FromSeconds(30), CancellationToken.None).AsTask();
            await RegisteredAsync(request, redis);
            var calls = second.Measured("jobrequests.idempotency_cache.calls");

            var began = Stopwatch.GetTimestamp();
            await first.Ledger.DecideAsync(request, "f", Reply);
            Assert.Equal(Reply, Assert.IsType<CachedRequest.Decided>(await waiting.WaitAsync(TimeSpan.FromSeconds(10))).Reply);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Assert.Equal(calls, second.Measured("jobrequests.idempotency_cache.calls"));
        }

        // Polling ten times a second would take 50 ms.
        Assert.InRange(took.Order().ElementAt(took.Count / 2), 0, 20);
        Assert.Equal(50, second.Measured("jobrequests.idempotency_cache.joins"));
        Assert.Equal(0, first.Measured("jobrequests.idempotency_cache.joins"));
        Assert.Equal(0, second.Ledger.Joined);
    }

    [Fact]
    public async Task Only_waiting_gateways_are_told_by_one_subscription()
    {
        await using var server = await RedisServer.StartAsync();
        await using var first = await RedisCacheUnderTest.StartAsync(server.Address);
        await using var second = await RedisCacheUnderTest.StartAsync(server.Address);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var waiting = Enumerable.Range(0, 100)
            .Select(i => second.Ledger.WaitForDecisionAsync(_name with { Key = "k" + i }, TimeSpan.FromSeconds(30), CancellationToken.None).AsTask())
            .ToArray();
        var heard = new List<string>();
        await redis.GetSubscriber().SubscribeAsync(RedisChannel.Pattern("jobrequests:gateway:*"), (channel, _) =>
        {
            lock (heard) heard.Add(channel!);
        });
        for (var i = 0; i < 100; i++) await RegisteredAsync(_name with { Key = "k" + i }, redis);

        Assert.Single(await redis.GetServers()[0].SubscriptionChannelsAsync(RedisChannel.Pattern("jobrequests:gateway:*")));
        for (var i = 0; i < 200; i++) await first.Ledger.DecideAsync(_name with { Key = "k" + i }, "f", Reply);
        Assert.All(await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10)), entry => Assert.IsType<CachedRequest.Decided>(entry));

        // Nobody waited for the second hundred.
        await redis.GetSubscriber().PingAsync();
        lock (heard) Assert.Equal(100, heard.Count);
    }

    [Fact]
    public async Task The_other_gateway_answers_before_its_job_does()
    {
        await using var first = await GatewayAsync();
        await using var second = await GatewayAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Servers.RedisAsync());
        var decided = new TaskCompletionSource();
        first.Jobs.Submit = _ => decided.Task;

        // This gateway's question reaches nobody.
        second.Jobs.GetOutcome = static async (_, _, wait) =>
        {
            await Task.Delay(wait);
            return new JobRequestReply.Pending();
        };
        var original = first.PostAsync(Accept, "{}", _person, "k1", ("Prefer", "wait=30"));
        await Eventually.TrueAsync(() => Task.FromResult(!first.Jobs.Asked.IsEmpty), "the first attempt waits");
        var repeat = second.PostAsync(Accept, "{}", _person, "k1", ("Prefer", "wait=30"));
        await RegisteredAsync(_name, redis);
        decided.SetResult();

        Assert.Equal("false", (await original)["replayed"]);
        var told = await repeat.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(200, told.Status);
        Assert.Equal("true", told["replayed"]);
        Assert.Equal("true", told.Header("Idempotency-Replayed"));
        Assert.Empty(second.Jobs.Submitted);
        var ledger = (RedisIdempotencyCache)second.App.Services.GetRequiredService<IIdempotencyCache>();
        await Eventually.TrueAsync(() => Task.FromResult(ledger.Joined == 0), "nobody is left waiting");
    }

    [Fact]
    public async Task A_lost_message_costs_nothing()
    {
        await using var first = await GatewayAsync();
        await using var second = await GatewayAsync(first.Jobs);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Servers.RedisAsync());
        var decided = new TaskCompletionSource();
        first.Jobs.Submit = _ => decided.Task;
        var original = first.PostAsync(Accept, "{}", _person, "k1", ("Prefer", "wait=30"));
        await Eventually.TrueAsync(() => Task.FromResult(!first.Jobs.Asked.IsEmpty), "the first attempt waits");
        var repeat = second.PostAsync(Accept, "{}", _person, "k1", ("Prefer", "wait=30"));
        await RegisteredAsync(_name, redis);

        Assert.True(await redis.GetDatabase().KeyDeleteAsync(CacheKeys.Of("jobrequests", _name).Waiters));
        decided.SetResult();

        Assert.Equal(200, (await original.WaitAsync(TimeSpan.FromSeconds(10))).Status);
        var told = await repeat.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(200, told.Status);
        Assert.Equal("true", told["replayed"]);
        Assert.Single(first.Jobs.Submitted);
    }

    [Fact]
    public async Task A_message_that_nobody_can_read_is_not_heard()
    {
        await using var server = await RedisServer.StartAsync();
        await using var under = await RedisCacheUnderTest.StartAsync(server.Address);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var waiting = under.Ledger.WaitForDecisionAsync(_name, TimeSpan.FromSeconds(30), CancellationToken.None).AsTask();
        await RegisteredAsync(_name, redis);
        var channel = Assert.Single(await redis.GetServers()[0].SubscriptionChannelsAsync(RedisChannel.Pattern("jobrequests:gateway:*")));
        var key = (string)CacheKeys.Of("jobrequests", _name).Request!;

        string[] messages = ["", "\n", "nonsense", key, key + "\n", key + "\n1Cfirst|f", key + "\n1D{}", "another\n"
            + RedisCacheUnderTest.Signed("another", """{"f":"f","s":{"version":2,"job":null,"replayed":false}}""")];
        foreach (var message in messages) Assert.Equal(1, await redis.GetSubscriber().PublishAsync(channel, message));
        await Eventually.TrueAsync(
            () => Task.FromResult(under.Measured("jobrequests.idempotency_cache.failures") == 7), "seven messages were found unreadable");
        Assert.False(waiting.IsCompleted);

        await under.Ledger.DecideAsync(_name, "f", Reply);
        Assert.IsType<CachedRequest.Decided>(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Gateways_share_what_was_decided_and_what_is_in_flight()
    {
        await using var first = await GatewayAsync();
        await using var second = await GatewayAsync();

        await first.PostAsync(Accept, "{}", _person);
        var replayed = await second.PostAsync(Accept, "{}", _person);
        Assert.Equal("true", replayed["replayed"]);
        Assert.Equal(422, (await second.PostAsync(Accept, "{}", _person, "k1", ("If-Match", "\"7\""))).Status);
        Assert.Equal("DECIDED", (await second.GetAsync("/v1/requests/k1", _person))["state"]);
        Assert.Empty(second.Jobs.Submitted);

        var decided = new TaskCompletionSource();
        first.Jobs.Submit = _ => decided.Task;
        var original = first.PostAsync(Accept, "{}", _person, "k2");
        await Eventually.TrueAsync(() => Task.FromResult(first.Jobs.Asked.Count == 2), "the first attempt waits");
        var strict = await second.PostAsync(Accept, "{}", _person, "k2", ("Prefer", "handling=strict"));
        Assert.Equal("request-in-progress", strict.ProblemType);
        decided.SetResult();
        Assert.Equal(200, (await original).Status);
    }

    private static async Task<GatewayHost> GatewayAsync(ScriptedJobs? jobs = null)
    {
        var redis = await Servers.RedisAsync();
        return await GatewayHost.StartAsync(
            services =>
            {
                if (jobs is not null) services.AddSingleton<IJobRequests>(jobs);
                services.AddSingleton(Options.Create(RedisCacheUnderTest.Patient));
            },
            ("ConnectionStrings:redis", redis));
    }

    private static Task RegisteredAsync(RequestName request, ConnectionMultiplexer redis) =>
        Eventually.TrueAsync(() => redis.GetDatabase().KeyExistsAsync(CacheKeys.Of("jobrequests", request).Waiters), "the repeat has joined");
}
