using JobRequests.Client;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Browser;
using Microsoft.Playwright;

namespace JobRequests.Cluster.Tests;

/// <summary>The board in a real browser, where the command goes to one gateway and whoever looks is at another.</summary>
[Collection(OneCluster.Name)]
public sealed class BoardTests(ClusterFixture fixture) : IAsyncLifetime
{
    private const string FrontDoor = "front-door";

    private readonly LocalCluster _cluster = fixture.Cluster;
    private readonly Browsers _browsers = new();
    private readonly string _zoe = $"zoe-{Guid.NewGuid():N}", _ann = $"ann-{Guid.NewGuid():N}", _bob = $"bob-{Guid.NewGuid():N}";

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _browsers.DisposeAsync();

    [Fact]
    public async Task A_browser_sees_what_was_sent_to_another_gateway()
    {
        await using var ann = await _browsers.VisitAsync(_cluster.Gateways[1], _ann);
        await using var bob = await _browsers.VisitAsync(_cluster.Gateways[0], _bob);

        await OfferAsync(_cluster.Gateways[0], "Clean the windows");
        await ann.Card("Clean the windows").WaitForAsync(new LocatorWaitForOptions { Timeout = Visitor.Soon });
        await bob.Card("Clean the windows").WaitForAsync(new LocatorWaitForOptions { Timeout = Visitor.Soon });
        await bob.AcceptAsync("Clean the windows");

        await bob.HearsAsync("Clean the windows", "You got the job!");
        await Assertions.Expect(ann.Card("Clean the windows")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Visitor.Soon });
        await Assertions.Expect(ann.Page.GetByText("“Clean the windows” was accepted by someone else.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Browsers_of_a_killed_gateway_continue_elsewhere()
    {
        await using var toxics = new Toxics();
        var frontDoor = await toxics.AddProxyAsync(FrontDoor, _cluster.Gateways[0]);
        await using var ann = await _browsers.VisitAsync(frontDoor, _ann);
        await OfferAsync(frontDoor, "Before");
        await ann.Card("Before").WaitForAsync();
        var reads = 0;
        ann.Page.Request += (_, request) => reads += request.Url.Contains("/v1/job-requests?", StringComparison.Ordinal) ? 1 : 0;

        await _cluster.KillAsync("gateway", 1);
        await Assertions.Expect(ann.Page.Locator(".feed-live")).ToHaveCountAsync(0);
        for (var offer = 1; offer <= 5; offer++) await OfferAsync(_cluster.Gateways[1], $"Meanwhile {offer}");
        await toxics.LeadAsync(FrontDoor, _cluster.Gateways[1]);

        await ann.Page.Locator(".feed-live").WaitForAsync();
        for (var offer = 1; offer <= 5; offer++) await ann.Card($"Meanwhile {offer}").WaitForAsync();
        await ann.AcceptAsync("Before");
        await ann.HearsAsync("Before", "You got the job!");
        // Told by the feed, gone on from where it broke off: the list was not read again.
        Assert.Equal(0, reads);
        await _cluster.StartAsync("gateway", 1);
    }

    private async Task OfferAsync(Uri gateway, string title)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        var client = new JobRequestsClient(
            http, new JobRequestsClientOptions { AccessToken = _ => ValueTask.FromResult<string?>($"dev-{_zoe}"), Caller = _zoe });
        Assert.IsType<CommandResult.Succeeded>(
            await client.CreateAsync(new NewJob { Title = title, Candidates = [_ann, _bob], Tasks = [new NewTask("t1", "windows")] }));
    }
}
