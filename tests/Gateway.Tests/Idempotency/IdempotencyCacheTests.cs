using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Requests;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Idempotency;

/// <summary>What every ledger does, wherever it keeps what it knows.</summary>
public abstract class IdempotencyCacheTests
{
    private protected static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(400);
    private protected static readonly JobRequestReply Reply = new JobRequestReply.Succeeded(2, Snapshots.Job(Http.Job), false);

    // Another person for each test: they may share a server.
    private readonly string _person = "ann-" + Guid.NewGuid().ToString("N")[..8];

    private protected abstract Task<IIdempotencyCache> LedgerAsync(GatewayOptions options);

    /// <summary>Lets <paramref name="passed"/> pass.</summary>
    protected abstract Task PassAsync(TimeSpan passed);

    private protected RequestName Name(string key) => new(_person, "accept", Http.Job, key);

    [Fact]
    public async Task A_claim_lasts_until_it_is_released()
    {
        var ledger = await LedgerAsync();
        Assert.IsType<CachedRequest.None>(await ledger.ClaimAsync(Name("k1"), "f", "first", TimeSpan.FromMinutes(1)));
        Assert.Equal("f", Assert.IsType<CachedRequest.InFlight>(await ledger.ClaimAsync(Name("k1"), "g", "second", TimeSpan.FromMinutes(1))).Fingerprint);
        Assert.Equal(Name("k1"), await ledger.FindLatestAsync(_person, "k1"));

        await ledger.ReleaseAsync(Name("k1"), "second");
        Assert.Equal("f", Assert.IsType<CachedRequest.InFlight>(await ledger.FindAsync(Name("k1"))).Fingerprint);

        await ledger.ReleaseAsync(Name("k1"), "first");
        Assert.IsType<CachedRequest.None>(await ledger.FindAsync(Name("k1")));
        Assert.Null(await ledger.FindLatestAsync(_person, "k1"));
    }

    [Fact]
    public async Task An_abandoned_claim_ends_with_its_lease()
    {
        var ledger = await LedgerAsync();
        await ledger.ClaimAsync(Name("k1"), "f", "first", Lease);
        Assert.IsType<CachedRequest.InFlight>(await ledger.FindAsync(Name("k1")));
        await PassAsync(Lease);

        Assert.IsType<CachedRequest.None>(await ledger.ClaimAsync(Name("k1"), "f", "second", TimeSpan.FromMinutes(1)));
        await ledger.ReleaseAsync(Name("k1"), "first");
        Assert.IsType<CachedRequest.InFlight>(await ledger.FindAsync(Name("k1")));
    }

    [Fact]
    public async Task An_owner_whose_name_begins_like_anothers_cannot_release_it()
    {
        var ledger = await LedgerAsync();
        await ledger.ClaimAsync(Name("k1"), "f", "first-and-more", TimeSpan.FromMinutes(1));

        await ledger.ReleaseAsync(Name("k1"), "first");

        Assert.IsType<CachedRequest.InFlight>(await ledger.FindAsync(Name("k1")));
    }

    [Fact]
    public async Task An_outcome_is_kept_as_it_was_told()
    {
        var ledger = await LedgerAsync();
        JobRequestReply[] replies =
        [
            Reply,
            new JobRequestReply.Succeeded(3, null, true),
            new JobRequestReply.Succeeded(
                2, Snapshots.JobOfCandidate(Http.Job) with { Title = "Büro \u20ac \"x\"", ExpiresAt = Snapshots.CreatedAt.AddMilliseconds(7) }, false),
            new JobRequestReply.Rejected("ALREADY_ACCEPTED", 2, false, null),
            new JobRequestReply.Rejected("VERSION_MISMATCH", 7, true, 5),
        ];
        for (var i = 0; i < replies.Length; i++)
        {
            await ledger.DecideAsync(Name("k" + i), "f" + i, replies[i]);
            var decided = Assert.IsType<CachedRequest.Decided>(await ledger.FindAsync(Name("k" + i)));
            Assert.Equal("f" + i, decided.Fingerprint);
            Assert.Equivalent(replies[i], decided.Reply, strict: true);
            Assert.Equal(Name("k" + i), await ledger.FindLatestAsync(_person, "k" + i));
        }
    }

    [Fact]
    public async Task A_claim_of_a_decided_request_gets_its_outcome()
    {
        var ledger = await LedgerAsync();
        await ledger.ClaimAsync(Name("k1"), "f", "first", TimeSpan.FromMinutes(1));
        await ledger.DecideAsync(Name("k1"), "f", Reply);
        await ledger.ReleaseAsync(Name("k1"), "first");

        Assert.Equal("f", Assert.IsType<CachedRequest.Decided>(await ledger.ClaimAsync(Name("k1"), "g", "second", TimeSpan.FromMinutes(1))).Fingerprint);
        await ledger.ReleaseAsync(Name("k1"), "second");
        Assert.IsType<CachedRequest.Decided>(await ledger.FindAsync(Name("k1")));
    }

    [Fact]
    public async Task An_outcome_is_forgotten_after_its_time()
    {
        var ledger = await LedgerAsync(new GatewayOptions { IdempotencyCacheRetention = Lease });
        await ledger.DecideAsync(Name("k1"), "f", Reply);
        Assert.IsType<CachedRequest.Decided>(await ledger.FindAsync(Name("k1")));

        await PassAsync(Lease);

        Assert.IsType<CachedRequest.None>(await ledger.FindAsync(Name("k1")));
    }

    [Fact]
    public async Task The_key_alone_finds_its_last_request()
    {
        var ledger = await LedgerAsync();
        await ledger.DecideAsync(Name("k1"), "f", Reply);
        var last = Name("k1") with { Operation = "decline" };
        await ledger.ClaimAsync(last, "f", "first", TimeSpan.FromMinutes(1));

        Assert.Equal(last, await ledger.FindLatestAsync(_person, "k1"));
        Assert.Null(await ledger.FindLatestAsync(_person, "k2"));
        Assert.Null(await ledger.FindLatestAsync(_person + "x", "k1"));
    }

    [Fact]
    public async Task No_part_of_a_name_runs_into_the_next()
    {
        var ledger = await LedgerAsync();
        RequestName[] names =
        [
            new(_person + "a", "accept", Http.Job, "b"), new(_person, "accept", Http.Job, "ab"), new(_person + "ab", "accept", Http.Job, ""),
            new(_person + ":}", "accept", Http.Job, "{b"), new(_person + "a", "decline", Http.Job, "b"),
            new(_person + "a", "accept", "6f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11", "b"),
        ];

        foreach (var name in names) Assert.IsType<CachedRequest.None>(await ledger.ClaimAsync(name, "f", "first", TimeSpan.FromMinutes(1)));
        foreach (var name in names) Assert.IsType<CachedRequest.InFlight>(await ledger.ClaimAsync(name, "f", "first", TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task One_of_many_simultaneous_claims_succeeds()
    {
        var ledger = await LedgerAsync();
        for (var round = 0; round < 20; round++)
        {
            var name = Name("k" + round);
            var claims = await Task.WhenAll(Enumerable.Range(0, 64)
                .Select(i => Task.Run(async () => await ledger.ClaimAsync(name, "f", "owner" + i, TimeSpan.FromMinutes(1)))));

            Assert.Single(claims, claim => claim is CachedRequest.None);
            Assert.Equal(63, claims.Count(claim => claim is CachedRequest.InFlight));
        }
    }

    [Fact]
    public async Task A_waiter_is_told_the_outcome()
    {
        var ledger = await LedgerAsync();
        await ledger.ClaimAsync(Name("k1"), "f", "first", TimeSpan.FromMinutes(1));
        var waiting = Enumerable.Range(0, 3)
            .Select(_ => ledger.WaitForDecisionAsync(Name("k1"), TimeSpan.FromMinutes(1), CancellationToken.None).AsTask())
            .ToArray();
        var other = ledger.WaitForDecisionAsync(Name("k2"), TimeSpan.FromMinutes(1), CancellationToken.None).AsTask();

        await ledger.DecideAsync(Name("k1"), "f", Reply);

        foreach (var told in await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10)))
            Assert.Equivalent(Reply, Assert.IsType<CachedRequest.Decided>(told).Reply, strict: true);
        Assert.False(other.IsCompleted);
    }

    [Fact]
    public async Task A_late_waiter_gets_the_outcome_at_once()
    {
        var ledger = await LedgerAsync();
        await ledger.DecideAsync(Name("k1"), "f", Reply);

        var told = await ledger.WaitForDecisionAsync(Name("k1"), TimeSpan.FromMinutes(1), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.IsType<CachedRequest.Decided>(told);
    }

    [Fact]
    public async Task A_waiter_that_stops_gets_no_outcome()
    {
        var ledger = await LedgerAsync();
        using var stop = new CancellationTokenSource();
        var waiting = ledger.WaitForDecisionAsync(Name("k1"), TimeSpan.FromMinutes(1), stop.Token).AsTask();

        await stop.CancelAsync();

        Assert.IsType<CachedRequest.None>(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private protected Task<IIdempotencyCache> LedgerAsync() => LedgerAsync(new GatewayOptions());
}
