using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace JobRequests.Gateway.Tests.Idempotency;

public sealed class InMemoryIdempotencyCacheTests : IdempotencyCacheTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_outcome_is_remembered_for_its_time()
    {
        var ledger = Ledger(new GatewayOptions { IdempotencyCacheRetention = TimeSpan.FromHours(24) });
        await ledger.DecideAsync(Name("k1"), "f", Reply);

        _time.Advance(TimeSpan.FromHours(23));
        Assert.Same(Reply, Assert.IsType<CachedRequest.Decided>(await ledger.ClaimAsync(Name("k1"), "g", "x", Lease)).Reply);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.IsType<CachedRequest.None>(await ledger.FindAsync(Name("k1")));
    }

    [Fact]
    public async Task The_cache_stays_bounded_and_forgets_the_oldest()
    {
        var ledger = Ledger(new GatewayOptions { IdempotencyCacheCapacity = 10 });
        for (var i = 0; i < 100; i++) await ledger.DecideAsync(Name("k" + i), "f", Reply);

        Assert.Equal(10, ledger.Count);
        Assert.IsType<CachedRequest.None>(await ledger.FindAsync(Name("k89")));
        Assert.IsType<CachedRequest.Decided>(await ledger.FindAsync(Name("k90")));
        Assert.Null(await ledger.FindLatestAsync("ann", "k89"));
    }

    [Fact]
    public async Task A_large_answer_takes_the_place_of_several()
    {
        var ledger = Ledger(new GatewayOptions { IdempotencyCacheCapacity = 10 });
        var large = new JobRequestReply.Succeeded(
            1, Snapshots.Job(Http.Job) with { Candidates = [.. Enumerable.Range(0, 100).Select(i => new CandidateSnapshot("p" + i, null))] }, false);
        for (var i = 0; i < 10; i++) await ledger.DecideAsync(Name("k" + i), "f", Reply);

        await ledger.DecideAsync(Name("large"), "f", large);

        Assert.IsType<CachedRequest.Decided>(await ledger.FindAsync(Name("large")));
        Assert.Equal(4, ledger.Count);
    }

    private InMemoryIdempotencyCache Ledger(GatewayOptions? options = null) => new(Options.Create(options ?? new GatewayOptions()), _time);

    private protected override Task<IIdempotencyCache> LedgerAsync(GatewayOptions options) => Task.FromResult<IIdempotencyCache>(Ledger(options));

    protected override Task PassAsync(TimeSpan passed)
    {
        _time.Advance(passed);
        return Task.CompletedTask;
    }
}
