using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>What people must not see, and what must stay text.</summary>
public sealed class StrangerTests(BoardFixture board)
{
    [Fact]
    public async Task A_stranger_sees_nothing_of_a_job()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, "A private matter", ann);
        await using var stranger = await board.VisitAsync(board.Name("eve"), $"#/jobs/{job}");

        await Assertions.Expect(stranger.Page.GetByText("Job not found")).ToBeVisibleAsync();
        foreach (var page in new[] { "#/offers", "#/jobs?scope=all", "#/operations" })
        {
            await stranger.GoAsync(page);
            await Assertions.Expect(stranger.Page.Locator(".empty")).ToBeVisibleAsync();
            Assert.DoesNotContain("A private matter", await stranger.Page.ContentAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_candidate_is_not_told_how_many_others_there_are()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, "Offered to three", ann, board.Name("bob"), board.Name("cem"));
        await using var candidate = await board.VisitAsync(ann, $"#/jobs/{job}");
        await using var requester = await board.VisitAsync(zoe, $"#/jobs/{job}");

        await Assertions.Expect(candidate.Page.Locator(".moment-detail")).ToHaveTextAsync("to you");
        await Assertions.Expect(requester.Page.Locator(".moment-detail")).ToHaveTextAsync("to 3 people");
    }

    [Fact]
    public async Task A_title_that_looks_like_markup_stays_text()
    {
        const string Title = "<img src=x onerror=\"globalThis.owned=1\"><script>globalThis.owned=1</script>";
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, Title, ann);
        await using var candidate = await board.VisitAsync(ann);
        await using var dispatcher = await board.VisitAsync(zoe, $"#/jobs/{job}");

        await Assertions.Expect(candidate.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 3 })).ToHaveTextAsync(Title);
        await Assertions.Expect(dispatcher.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 })).ToHaveTextAsync(Title);
        foreach (var visitor in new[] { candidate, dispatcher })
            Assert.Equal("0 undefined", await visitor.Page.EvaluateAsync<string>("() => `${document.images.length} ${typeof globalThis.owned}`"));
    }

    [Fact]
    public async Task The_token_is_never_in_an_address_or_kept()
    {
        await using var visitor = await board.VisitAsync(board.Name("ann"));
        var addresses = new List<string>();
        visitor.Context.Request += (_, request) => addresses.Add(request.Url);
        await visitor.Page.ReloadAsync();
        await visitor.Page.Locator(".feed-live").WaitForAsync();

        Assert.NotEmpty(addresses);
        Assert.DoesNotContain(addresses, address => address.Contains("dev-", StringComparison.Ordinal));
        Assert.DoesNotContain(
            "dev-", await visitor.Page.EvaluateAsync<string>("() => JSON.stringify(localStorage) + document.cookie"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_leads_back_to_the_sign_in_page()
    {
        await using var visitor = await board.VisitAsync(board.Name("ann"));
        await visitor.Context.RouteAsync("**/v1/**", route => route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 401,
            ContentType = "application/problem+json",
            Body = """{"type":"/problems/unauthenticated","title":"Act as:","status":401,"code":"UNAUTHENTICATED","traceId":"0"}""",
        }));
        await visitor.GoAsync("#/jobs");

        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You’ve been signed out.");
    }

    [Fact]
    public async Task Without_development_identities_a_readable_token_is_needed()
    {
        await using var visitor = await board.VisitAsync(null);
        await visitor.Page.RouteAsync("**/board/config.json", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "application/json",
            Body = """{"version":"x","identity":{"development":false,"roleClaim":"role"},"links":{"docs":"/docs"}}""",
        }));
        await visitor.Page.ReloadAsync();

        await visitor.Page.GetByLabel("Access token").FillAsync("not-a-token");
        await visitor.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That doesn’t look like a valid token.");
        await Assertions.Expect(visitor.Page.GetByText("Your name")).ToHaveCountAsync(0);
    }
}
