using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>One person, many tabs.</summary>
public sealed class TabsTests(BoardFixture board)
{
    /// <summary>Browsers allow six connections to a server over HTTP/1.1.</summary>
    private const int Tabs = 7;

    private const string Hide =
        "() => { Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }); document.dispatchEvent(new "
            + "Event('visibilitychange')); }";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_tabs_than_connections_are_live_and_take_answers(bool canSpeakToEachOther)
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await using var candidate = await board.VisitAsync(ann, script: canSpeakToEachOther ? null : "delete globalThis.BroadcastChannel;");
        var pages = new List<IPage> { candidate.Page };
        while (pages.Count < Tabs)
        {
            if (!canSpeakToEachOther) await candidate.Page.EvaluateAsync(Hide);
            await candidate.OpenTabAsync();
            pages.Add(candidate.Page);
        }

        await board.CreateAsync(zoe, "Stack the chairs", ann);
        await candidate.AcceptAsync("Stack the chairs");
        await candidate.HearsAsync("Stack the chairs", "You got the job!", Visitor.Soon);
        if (!canSpeakToEachOther) return;

        foreach (var page in pages) await page.Locator("article", new PageLocatorOptions { HasText = "Stack the chairs" }).WaitForAsync();
        await candidate.Page.CloseAsync();
        await board.CreateAsync(zoe, "Fold the tables", ann);
        foreach (var page in pages[..^1])
        {
            await page.Locator("article", new PageLocatorOptions { HasText = "Fold the tables" }).WaitForAsync();
            await Assertions.Expect(page.Locator(".feed-live")).ToHaveCountAsync(1);
        }
    }

    [Fact]
    public async Task Two_tabs_that_accept_at_once_send_one_key()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, "Open the gate", ann);
        await using var candidate = await board.VisitAsync(ann);
        var first = candidate.Page;
        await candidate.OpenTabAsync();
        await candidate.Card("Open the gate").WaitForAsync();
        await candidate.Context.RouteAsync("**/accept", route => route.AbortAsync());

        await first.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Accept" }).ClickAsync();
        await Assertions.Expect(first.GetByText("Your answer is saved")).ToBeVisibleAsync();

        // As when the second tab is tapped before it has heard of it.
        await first.EvaluateAsync("([person, job]) => localStorage.removeItem(`board/${person}/attempt/${job}/accept`)", new[] { ann, job });
        await candidate.AcceptAsync("Open the gate");
        await candidate.Context.UnrouteAllAsync();
        await candidate.HearsAsync("Open the gate", "You got the job!");
        Assert.Single(candidate.Commands.Select(command => command.Key).Distinct());
    }

    [Fact]
    public async Task Two_forms_create_two_jobs_and_neither_empties_the_other()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await using var dispatcher = await board.VisitAsync(zoe, "#/new");
        var first = dispatcher.Page;
        await dispatcher.OpenTabAsync("#/new");
        await FillAsync(first, "The first of two");
        await FillAsync(dispatcher.Page, "The second of two");

        foreach (var page in new[] { first, dispatcher.Page })
        {
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 1 person" }).ClickAsync();
            await page.Locator("article.job").WaitForAsync();
        }

        await dispatcher.GoAsync("#/jobs");
        await Assertions.Expect(dispatcher.Page.Locator(".row")).ToHaveCountAsync(2);
        Assert.Equal(2, dispatcher.Commands.Select(command => command.Key).Distinct().Count());

        async Task FillAsync(IPage page, string title)
        {
            await page.GetByLabel("What needs doing?").FillAsync(title);
            await page.GetByLabel("Who can do it?").FillAsync(ann);
        }
    }

    [Fact]
    public async Task Signing_out_leaves_nothing_behind_in_any_tab()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.CreateAsync(zoe, "Lock the doors", ann);
        await using var candidate = await board.VisitAsync(ann);
        var first = candidate.Page;
        await candidate.OpenTabAsync();
        await candidate.Context.RouteAsync("**/accept", route => route.AbortAsync());
        await candidate.AcceptAsync("Lock the doors");
        await candidate.HearsAsync("Lock the doors", "You’re offline");

        await candidate.Page.Locator(".account summary").ClickAsync();
        await Assertions.Expect(candidate.Page.GetByText("1 answer is not confirmed yet.")).ToBeVisibleAsync();
        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();

        foreach (var page in new[] { candidate.Page, first })
        {
            await page.Locator("#identity").WaitForAsync();
            Assert.DoesNotContain(ann, await page.EvaluateAsync<string>("() => JSON.stringify([localStorage, sessionStorage])"), StringComparison.Ordinal);
        }
    }
}
