using JobRequests.Client;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>An answer counts once and is told truly, whatever happens to it on its way.</summary>
public sealed class BadNetworkTests(BoardFixture board)
{
    private const string AnyAccept = "**/accept";

    [Fact]
    public async Task An_accept_given_offline_is_sent_once_online()
    {
        var (candidate, job, zoe) = await OfferAsync("Fix the roof");
        await using var _ = candidate;

        await candidate.Context.SetOfflineAsync(true);
        await candidate.AcceptAsync("Fix the roof");
        await candidate.HearsAsync("Fix the roof", "You’re offline");
        await candidate.KeepPictureAsync("offline");
        await candidate.Context.SetOfflineAsync(false);

        await candidate.HearsAsync("Fix the roof", "You got the job!");
        await AssertDecidedOnceAsync(candidate, job, zoe);
    }

    [Fact]
    public async Task After_a_lost_answer_the_board_reads_the_job()
    {
        var (candidate, job, zoe) = await OfferAsync("Paint the door");
        await using var _ = candidate;
        var isRead = false;
        var losesIt = true;
        candidate.Page.Request += (_, request) => isRead |= request.Url.Contains($"{job}?consistency=strong", StringComparison.Ordinal);
        await candidate.Page.RouteAsync(AnyAccept, async route =>
        {
            if (losesIt)
            {
                losesIt = false;
                await route.FetchAsync();
                await route.AbortAsync("connectionreset");
            }
            else
            {
                await route.ContinueAsync();
            }
        });

        await candidate.AcceptAsync("Paint the door");
        await candidate.HearsAsync("Paint the door", "You got the job!");

        Assert.False(losesIt);
        Assert.True(isRead || await WasToldByTheFeedAsync(candidate, "Paint the door"));
        await AssertDecidedOnceAsync(candidate, job, zoe);
    }

    [Fact]
    public async Task Without_a_decision_the_board_repeats_the_key()
    {
        var (candidate, job, zoe) = await OfferAsync("Mow the lawn");
        await using var _ = candidate;
        var undecided = 2;
        await candidate.Page.RouteAsync(AnyAccept, async route =>
        {
            if (undecided-- > 0)
                await route.FulfillAsync(new RouteFulfillOptions
                {
                    Status = 202,
                    ContentType = "application/json",
                    Body = """{"outcome":"TIMEOUT","code":"DECISION_TIMEOUT","retry":{"advice":"same-key","outcomeKnown":false}}"""
                });
            else await route.ContinueAsync();
        });

        await candidate.AcceptAsync("Mow the lawn");
        await candidate.HearsAsync("Mow the lawn", "Still waiting for a decision.");
        await candidate.HearsAsync("Mow the lawn", "You got the job!");
        await AssertDecidedOnceAsync(candidate, job, zoe);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reload_or_new_tab_continues_the_answer(bool closesTheTab)
    {
        var title = closesTheTab ? "Feed the cat" : "Water the plants";
        var (candidate, job, zoe) = await OfferAsync(title);
        await using var _ = candidate;
        await candidate.Context.RouteAsync(AnyAccept, route => route.AbortAsync());

        await candidate.AcceptAsync(title);
        await candidate.HearsAsync(title, "You’re offline");
        if (closesTheTab) await candidate.Page.CloseAsync();
        await candidate.Context.UnrouteAllAsync();
        if (closesTheTab) await candidate.OpenTabAsync();
        else await candidate.Page.ReloadAsync();

        await candidate.HearsAsync(title, "You got the job!");
        await AssertDecidedOnceAsync(candidate, job, zoe);
    }

    [Fact]
    public async Task A_double_tap_is_one_answer()
    {
        var (candidate, job, zoe) = await OfferAsync("Walk the dog");
        await using var _ = candidate;

        await candidate.Card("Walk the dog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Accept" })
            .EvaluateAsync("button => { button.click(); button.click(); }");

        await candidate.HearsAsync("Walk the dog", "You got the job!");
        await AssertDecidedOnceAsync(candidate, job, zoe);
        Assert.Single(candidate.Commands);
    }

    [Fact]
    public async Task Two_tabs_of_one_person_make_one_answer()
    {
        var (candidate, job, zoe) = await OfferAsync("Carry the boxes");
        await using var _ = candidate;
        await candidate.Context.RouteAsync(AnyAccept, route => route.AbortAsync());
        await candidate.AcceptAsync("Carry the boxes");
        await candidate.HearsAsync("Carry the boxes", "You’re offline");

        await candidate.OpenTabAsync();
        await candidate.HearsAsync("Carry the boxes", "You’re offline");
        await candidate.Context.UnrouteAllAsync();

        await candidate.HearsAsync("Carry the boxes", "You got the job!");
        await AssertDecidedOnceAsync(candidate, job, zoe);
    }

    [Fact]
    public async Task A_new_job_whose_answer_was_lost_is_made_once()
    {
        var zoe = board.Name("zoe");
        await using var dispatcher = await board.VisitAsync(zoe, "#/new");
        var losesIt = true;
        await dispatcher.Page.RouteAsync("**/v1/job-requests", async route =>
        {
            if (!losesIt || route.Request.Method != "POST")
            {
                await route.ContinueAsync();
                return;
            }

            losesIt = false;
            await route.FetchAsync();
            await route.AbortAsync("connectionreset");
        });

        await dispatcher.Page.GetByLabel("What needs doing?").FillAsync("Shovel the snow");
        await dispatcher.Page.GetByLabel("Who can do it?").FillAsync(board.Name("ann"));
        await dispatcher.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 1 person" }).ClickAsync();
        await dispatcher.Page.Locator("article.job").WaitForAsync();

        Assert.False(losesIt);
        await dispatcher.GoAsync("#/jobs");
        await Assertions.Expect(dispatcher.Page.Locator(".row")).ToHaveCountAsync(1);
        Assert.Single(dispatcher.Commands.Select(command => command.Key).Distinct());
    }

    [Fact]
    public async Task A_linked_form_keeps_its_key_after_a_reload()
    {
        await using var dispatcher = await board.VisitAsync(board.Name("zoe"), $"#/new?title=Sweep+the+yard&candidates={board.Name("ann")}");
        await dispatcher.Context.RouteAsync("**/v1/job-requests", async route =>
        {
            if (route.Request.Method != "POST")
            {
                await route.ContinueAsync();
                return;
            }

            await route.FetchAsync();
            await route.AbortAsync("connectionreset");
        });
        var offer = dispatcher.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 1 person" });
        await offer.ClickAsync();
        await Assertions.Expect(dispatcher.Page.GetByText("Your answer is saved")).ToBeVisibleAsync();

        await dispatcher.Page.ReloadAsync();
        await Assertions.Expect(offer).ToBeDisabledAsync();
        await dispatcher.Context.UnrouteAllAsync();
        await dispatcher.Page.Locator("article.job").WaitForAsync();

        await dispatcher.GoAsync("#/jobs");
        await Assertions.Expect(dispatcher.Page.Locator(".row")).ToHaveCountAsync(1);
        Assert.Single(dispatcher.Commands.Select(command => command.Key).Distinct());
    }

    [Fact]
    public async Task A_late_tap_is_not_carried_out()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, "Wash the car", ann);
        await using var candidate = await board.VisitAsync(null);
        await candidate.Page.Locator("#identity").WaitForAsync();
        await candidate.Page.EvaluateAsync(
            """
            ([person, job]) => localStorage.setItem(`board/${person}/attempt/${job}/accept`, JSON.stringify({
              key: "0123456789abcdef", job, operation: "accept", body: {}, epoch: 1, state: "offline", createdAt: Date.now() - 11 * 60_000 }))
            """,
            new[] { ann, job });

        await candidate.Page.Locator("#identity").FillAsync(ann);
        await candidate.Page.Locator("#identity").PressAsync("Enter");
        await candidate.HearsAsync("Wash the car", "so it doesn’t count.");
        Assert.Equal("Open", (await board.ClientOf(zoe).GetJobAsync(job, Consistency.Strong)).Status);

        await candidate.Card("Wash the car").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Try again" }).ClickAsync();
        await candidate.HearsAsync("Wash the car", "You got the job!");
    }

    [Fact]
    public async Task A_replay_says_what_is_true_now()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, "Beat the carpets", ann);
        await board.ClientOf(ann).AcceptAsync(job);
        await using var candidate = await board.VisitAsync(ann, $"#/jobs/{job}");
        var losesIt = true;
        await candidate.Page.RouteAsync("**/start", async route =>
        {
            if (losesIt)
            {
                losesIt = false;
                await route.FetchAsync();
                await board.ClientOf(zoe).CancelAsync(job);
                await route.AbortAsync("connectionreset");
            }
            else
            {
                await route.ContinueAsync();
            }
        });

        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start work" }).ClickAsync();
        await Assertions.Expect(candidate.Page.GetByText("This went through earlier, and the job has changed since. Its status is now: Cancelled."))
            .ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_broken_feed_is_shown_and_catches_up()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await using var candidate = await board.VisitAsync(ann);
        await candidate.Context.SetOfflineAsync(true);
        await Assertions.Expect(candidate.Page.GetByText("You’re offline.")).ToBeVisibleAsync();

        await board.CreateAsync(zoe, "Clean the gutters", ann);
        await Assertions.Expect(candidate.Card("Clean the gutters")).ToHaveCountAsync(0);
        await candidate.Context.SetOfflineAsync(false);

        await candidate.Card("Clean the gutters").WaitForAsync();
        await Assertions.Expect(candidate.Page.GetByText("You’re offline.")).ToHaveCountAsync(0);
    }

    private async Task<(Visitor Candidate, string Job, string Requester)> OfferAsync(string title)
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, title, ann, board.Name("bob"));
        var candidate = await board.VisitAsync(ann);
        await candidate.Card(title).WaitForAsync();
        return (candidate, job, zoe);
    }

    private async Task AssertDecidedOnceAsync(Visitor candidate, string job, string requester)
    {
        Assert.Single(candidate.Commands.Select(command => command.Key).Distinct());
        var found = await board.ClientOf(requester).GetJobAsync(job, Consistency.Strong);
        Assert.Equal("Accepted", found.Status);
        Assert.Equal(2, found.Version);
    }

    // The feed may bring the news before the answer can be sent again: then, too, it is the job that said so.
    private static async Task<bool> WasToldByTheFeedAsync(Visitor candidate, string title) =>
        await candidate.Card(title).GetAttributeAsync("class") is { } classes && classes.Contains("mine", StringComparison.Ordinal);
}
