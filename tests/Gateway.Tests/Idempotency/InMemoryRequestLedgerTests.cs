using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Requests;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace JobRequests.Gateway.Tests.Idempotency;

public sealed class InMemoryRequestLedgerTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);
    private static readonly JobRequestReply Reply = new JobRequestReply.Succeeded(2, null, false);

    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task A_claim_is_seen_by_the_next_until_it_is_released()
    {
        var ledger = Ledger();
        Assert.IsType<LedgerEntry.None>(await ledger.ClaimAsync(Name("k1"), "f", "first", Lease));
        Assert.Equal("f", Assert.IsType<LedgerEntry.InFlight>(await ledger.ClaimAsync(Name("k1"), "f", "second", Lease)).Fingerprint);

        await ledger.ReleaseAsync(Name("k1"), "second");
        Assert.IsType<LedgerEntry.InFlight>(await ledger.FindAsync(Name("k1")));

        await ledger.ReleaseAsync(Name("k1"), "first");
        Assert.IsType<LedgerEntry.None>(await ledger.FindAsync(Name("k1")));
        Assert.Equal(0, ledger.Count);
        Assert.Null(await ledger.FindLatestAsync("ann", "k1"));
    }

    [Fact]
    public async Task A_claim_that_was_never_released_ends_with_its_lease()
    {
        var ledger = Ledger();
        await ledger.ClaimAsync(Name("k1"), "f", "first", Lease);
        time.Advance(Lease);

        Assert.IsType<LedgerEntry.None>(await ledger.ClaimAsync(Name("k1"), "f", "second", Lease));
        await ledger.ReleaseAsync(Name("k1"), "first");
        Assert.IsType<LedgerEntry.InFlight>(await ledger.FindAsync(Name("k1")));
    }

    [Fact]
    public async Task An_outcome_is_remembered_for_its_time()
    {
        var ledger = Ledger(new GatewayOptions { LedgerRetention = TimeSpan.FromHours(24) });
        await ledger.DecideAsync(Name("k1"), "f", Reply);

        time.Advance(TimeSpan.FromHours(23));
        Assert.Same(Reply, Assert.IsType<LedgerEntry.Decided>(await ledger.ClaimAsync(Name("k1"), "g", "x", Lease)).Reply);
        time.Advance(TimeSpan.FromHours(1));
        Assert.IsType<LedgerEntry.None>(await ledger.FindAsync(Name("k1")));
    }

    [Fact]
    public async Task A_release_does_not_take_an_outcome_away()
    {
        var ledger = Ledger();
        await ledger.ClaimAsync(Name("k1"), "f", "first", Lease);
        await ledger.DecideAsync(Name("k1"), "f", Reply);
        await ledger.ReleaseAsync(Name("k1"), "first");

        Assert.IsType<LedgerEntry.Decided>(await ledger.FindAsync(Name("k1")));
    }

    [Fact]
    public async Task It_stays_within_its_capacity_and_forgets_the_oldest()
    {
        var ledger = Ledger(new GatewayOptions { LedgerCapacity = 10 });
        for (var i = 0; i < 100; i++) await ledger.DecideAsync(Name("k" + i), "f", Reply);

        Assert.Equal(10, ledger.Count);
        Assert.IsType<LedgerEntry.None>(await ledger.FindAsync(Name("k89")));
        Assert.IsType<LedgerEntry.Decided>(await ledger.FindAsync(Name("k90")));
        Assert.Null(await ledger.FindLatestAsync("ann", "k89"));
    }

    [Fact]
    public async Task A_large_answer_takes_the_place_of_several()
    {
        var ledger = Ledger(new GatewayOptions { LedgerCapacity = 10 });
        var large = new JobRequestReply.Succeeded(1, Snapshots.Job(Http.Job) with { Candidates = [.. Enumerable.Range(0, 100).Select(i => new CandidateSnapshot("p" + i, null))] }, false);
        for (var i = 0; i < 10; i++) await ledger.DecideAsync(Name("k" + i), "f", Reply);

        await ledger.DecideAsync(Name("large"), "f", large);

        Assert.IsType<LedgerEntry.Decided>(await ledger.FindAsync(Name("large")));
        Assert.Equal(4, ledger.Count);
    }

    [Fact]
    public async Task Of_many_that_claim_at_once_one_gets_it()
    {
        var ledger = Ledger();
        var claims = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () => await ledger.ClaimAsync(Name("k1"), "f", "owner" + i, Lease))));

        Assert.Single(claims, claim => claim is LedgerEntry.None);
    }

    private InMemoryRequestLedger Ledger(GatewayOptions? options = null) => new(Options.Create(options ?? new GatewayOptions()), time);

    private static RequestName Name(string key) => new("ann", "accept", Http.Job, key);
}
