using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Idempotency.Redis;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using JobRequests.Testing.Backends;
using StackExchange.Redis;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

public sealed class RedisIdempotencyCacheTests : IdempotencyCacheTests, IAsyncLifetime
{
    private readonly List<RedisCacheUnderTest> _started = [];
    private ConnectionMultiplexer _redis = null!;

    public async ValueTask InitializeAsync() => _redis = await ConnectionMultiplexer.ConnectAsync(await Servers.RedisAsync());

    public async ValueTask DisposeAsync()
    {
        foreach (var ledger in _started) await ledger.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    public static TheoryData<string> Unreadable =>
        new("", "1", "1C", "1Cowner", "1Cowner|", "1D", "1D{", "1D{}", "1Dnull", "2Cowner|f", "garbage", "\0\0\0", """1D{"f":"f"}""", """1D{"f":null,"s":{}}""",
        """1D{"f":"f","s":{"version":1,"job":null,"replayed":false},"r":{"code":"X","version":1,"replayed":false,"expected":null}}""",
        """1D{"f":"f","r":{"version":1,"replayed":false,"expected":null}}""",
        """1D{"f":"f","r":{"code":null,"version":1,"replayed":false,"expected":null}}""");

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task An_unreadable_value_is_ignored_and_replaced(string value)
    {
        var ledger = await StartAsync();
        var name = Name("k1");
        var keys = CacheKeys.Of(RedisCacheUnderTest.Patient.RedisKeyPrefix, name);
        var signed = value.StartsWith("1D", StringComparison.Ordinal) ? RedisCacheUnderTest.Signed(keys.Request!, value[2..]) : value;
        await _redis.GetDatabase().StringSetAsync(keys.Request, signed, TimeSpan.FromMinutes(1));
        await _redis.GetDatabase().StringSetAsync(keys.Latest, value, TimeSpan.FromMinutes(1));

        Assert.IsType<CachedRequest.None>(await ledger.Ledger.FindAsync(name));
        Assert.IsType<CachedRequest.None>(await ledger.Ledger.ClaimAsync(name, "f", "first", TimeSpan.FromMinutes(1)));
        Assert.Null(await ledger.Ledger.FindLatestAsync(name.Caller, name.Key));
        Assert.True(ledger.Measured("jobrequests.idempotency_cache.failures") >= 2);

        await ledger.Ledger.DecideAsync(name, "f", Reply);
        Assert.IsType<CachedRequest.Decided>(await ledger.Ledger.FindAsync(name));
    }

    [Fact]
    public async Task An_outcome_that_no_gateway_signed_is_nothing()
    {
        var ledger = await StartAsync();
        var name = Name("k1");
        string request = CacheKeys.Of(RedisCacheUnderTest.Patient.RedisKeyPrefix, name).Request!;
        const string Success = """{"f":"f","s":{"version":2,"job":null,"replayed":false}}""";
        var genuine = RedisCacheUnderTest.Signed(request, Success);
        string[] forgeries =
        [
            "1D" + Success,
            "1D|" + Success,
            RedisCacheUnderTest.Signed(CacheKeys.Of(RedisCacheUnderTest.Patient.RedisKeyPrefix, Name("k2")).Request!, Success),
            genuine.Replace("\"version\":2", "\"version\":3", StringComparison.Ordinal),
        ];

        foreach (var forgery in forgeries)
        {
            await _redis.GetDatabase().StringSetAsync(request, forgery, TimeSpan.FromMinutes(1));
            Assert.IsType<CachedRequest.None>(await ledger.Ledger.FindAsync(name));
        }

        await _redis.GetDatabase().StringSetAsync(request, genuine, TimeSpan.FromMinutes(1));
        Assert.IsType<CachedRequest.Decided>(await ledger.Ledger.FindAsync(name));
    }

    [Fact]
    public async Task A_key_of_another_type_is_ignored()
    {
        var ledger = await StartAsync();
        var keys = CacheKeys.Of(RedisCacheUnderTest.Patient.RedisKeyPrefix, Name("k1"));
        await _redis.GetDatabase().ListLeftPushAsync(keys.Request, "x");
        await _redis.GetDatabase().KeyExpireAsync(keys.Request, TimeSpan.FromMinutes(1));

        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<CachedRequest.None>(await ledger.Ledger.FindAsync(Name("k1")));
            Assert.IsType<CachedRequest.None>(await ledger.Ledger.ClaimAsync(Name("k1"), "f", "first", TimeSpan.FromMinutes(1)));
        }

        Assert.IsType<CachedRequest.None>(await ledger.Ledger.ClaimAsync(Name("k2"), "f", "first", TimeSpan.FromMinutes(1)));
        Assert.IsType<CachedRequest.InFlight>(await ledger.Ledger.ClaimAsync(Name("k2"), "f", "second", TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task The_last_release_can_read_what_is_written()
    {
        var ledger = await StartAsync();
        var keys = CacheKeys.Of(RedisCacheUnderTest.Patient.RedisKeyPrefix, new("ann", "accept", Http.Job, "k1"));
        Assert.Equal("jobrequests:{BBzLxRhAjzfW2M2OI8D_32gNi5EcF6-mbY8sj-7v67I}:request:accept:" + Http.Job, keys.Request);

        var name = Name("k1");
        keys = CacheKeys.Of(RedisCacheUnderTest.Patient.RedisKeyPrefix, name);
        await ledger.Ledger.ClaimAsync(name, "print", "first", TimeSpan.FromMinutes(1));
        Assert.Equal("1Cfirst|print", await _redis.GetDatabase().StringGetAsync(keys.Request));
        Assert.Equal("1accept:" + Http.Job, await _redis.GetDatabase().StringGetAsync(keys.Latest));

        await ledger.Ledger.DecideAsync(name, "print", new JobRequestReply.Succeeded(2, Snapshots.JobOfCandidate(Http.Job), false));
        Assert.Equal(
            RedisCacheUnderTest.Signed(keys.Request!,
                """{"f":"print","s":{"version":2,"job":{"jobRequestId":"5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11","status":"Open","epoch":1,"version":1,"title":null,"requester":"zoe","acceptedBy":null,"candidates":[{"id":"ann","answer":null}],"candidatesLeft":null,"tasks":[{"id":"t1","name":"windows","done":false}],"createdAt":"2026-11-23T10:00:00+00:00","expiresAt":null,"details":null},"replayed":false},"r":null}"""),
            await _redis.GetDatabase().StringGetAsync(keys.Request));
    }

    [Fact]
    public async Task A_member_that_a_later_release_adds_is_skipped()
    {
        var ledger = await StartAsync();
        var keys = CacheKeys.Of(RedisCacheUnderTest.Patient.RedisKeyPrefix, Name("k1"));
        await _redis.GetDatabase()
            .StringSetAsync(keys.Request,
                RedisCacheUnderTest.Signed(keys.Request!, """{"f":"f","later":{"a":1},"s":{"version":2,"job":null,"replayed":false,"later":true}}"""),
                TimeSpan.FromMinutes(1));

        Assert.Equal(new JobRequestReply.Succeeded(2, null, false), Assert.IsType<CachedRequest.Decided>(await ledger.Ledger.FindAsync(Name("k1"))).Reply);
    }

    [Fact]
    public async Task Nothing_stays_in_Redis_for_ever()
    {
        var ledger = await StartAsync();
        var name = Name("k1");
        var keys = CacheKeys.Of(RedisCacheUnderTest.Patient.RedisKeyPrefix, name);
        using var stop = new CancellationTokenSource();

        await ledger.Ledger.ClaimAsync(name, "f", "first", TimeSpan.FromSeconds(6));
        var waiting = ledger.Ledger.WaitForDecisionAsync(name, TimeSpan.FromSeconds(5), stop.Token).AsTask();
        await Eventually.TrueAsync(async () => await _redis.GetDatabase().KeyExistsAsync(keys.Waiters), "the gateway is registered as waiting");
        foreach (var key in (RedisKey[])[keys.Request, keys.Latest, keys.Waiters])
            Assert.InRange((await _redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));

        await ledger.Ledger.DecideAsync(name, "f", Reply);
        await waiting;
        Assert.False(await _redis.GetDatabase().KeyExistsAsync(keys.Waiters));
        foreach (var key in (RedisKey[])[keys.Request, keys.Latest])
            Assert.InRange((await _redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        Assert.Equal(0, ledger.Ledger.Joined);
    }

    private protected override async Task<IIdempotencyCache> LedgerAsync(GatewayOptions options) => (await StartAsync(options)).Ledger;

    // Redis has a clock of its own.
    protected override Task PassAsync(TimeSpan passed) => Task.Delay(passed + TimeSpan.FromMilliseconds(20));

    private async Task<RedisCacheUnderTest> StartAsync(GatewayOptions? options = null)
    {
        var ledger = await RedisCacheUnderTest.StartAsync(await Servers.RedisAsync(), gateway: options);
        _started.Add(ledger);
        return ledger;
    }
}
