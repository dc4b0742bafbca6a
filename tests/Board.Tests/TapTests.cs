using JobRequests.Client;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>What is tapped is what was meant, and what is won stays in sight.</summary>
public sealed class TapTests(BoardFixture board)
{
    [Fact]
    public async Task A_second_tap_takes_no_other_job()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        string[] titles = ["Iron the shirts", "Iron the sheets", "Iron the towels"];
        foreach (var title in titles) await board.CreateAsync(zoe, title, ann);
        await using var candidate = await board.VisitAsync(ann, height: 1400);
        await candidate.Card(titles[2]).WaitForAsync();
        var places = await PlacesAsync();

        var (x, y) = await CentreAsync(candidate.Card(titles[1]).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Accept" }));
        await candidate.AcceptAsync(titles[1]);
        await candidate.HearsAsync(titles[1], "You got the job!");
        await candidate.Page.Mouse.ClickAsync(x, y);
        await candidate.Page.Mouse.ClickAsync(x, y);
        Assert.Equal(places, await PlacesAsync());
        await candidate.KeepPictureAsync("won-in-its-place");

        // The first step of the work comes when nobody has tapped for a while.
        await candidate.Card(titles[1]).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Start work" }).WaitForAsync();
        await candidate.HearsAsync(titles[1], "You got the job!");
        await candidate.KeepPictureAsync("won-and-settled");
        Assert.Equal(places[..2], (await PlacesAsync())[..2]);
        Assert.Equal("accept", Assert.Single(candidate.Commands).Operation);

        async Task<string[]> PlacesAsync() =>
            await Task.WhenAll(titles.Select(async title => $"{title} {(await candidate.Card(title).BoundingBoxAsync())!.Y:F0}"));
    }

    [Fact]
    public async Task On_the_jobs_own_page_a_second_tap_starts_nothing()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, "Iron the curtains", ann);
        await using var candidate = await board.VisitAsync(ann, $"#/jobs/{job}");
        var accept = candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Accept" });
        await accept.WaitForAsync();

        var (x, y) = await CentreAsync(accept);
        await accept.ClickAsync();
        await Assertions.Expect(candidate.Page.GetByText("You got the job!")).ToBeVisibleAsync();
        await candidate.Page.Mouse.ClickAsync(x, y);
        await candidate.Page.Mouse.ClickAsync(x, y + 30);
        Assert.Single(candidate.Commands);
    }

    [Fact]
    public async Task A_won_job_stays_in_sight_however_many_offers_follow()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.ClientOf(ann).AcceptAsync(await board.CreateAsync(zoe, "The job that was won", ann));
        await Task.WhenAll(Enumerable.Range(1, 60).Select(number => board.CreateAsync(zoe, $"Offer {number}", ann)));

        await using var candidate = await board.VisitAsync(ann);
        var mine = candidate.Page.Locator("section", new PageLocatorOptions { Has = candidate.Page.Locator("#mine") });
        await Assertions.Expect(mine).ToContainTextAsync("The job that was won");
        await Assertions.Expect(mine.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Start work" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task When_the_time_is_up_there_is_nothing_to_tap()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.ClientOf(zoe).CreateAsync(new NewJob { Title = "Catch the train", Candidates = [ann], ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(10) });
        await using var candidate = await board.VisitAsync(ann);
        await candidate.Card("Catch the train").WaitForAsync();
        // Nothing tells this page that the job has expired: its own countdown has to.
        await candidate.Context.SetOfflineAsync(true);

        var seen = await candidate.Page.WaitForFunctionAsync(
            "() => { const card = document.querySelector('.offer'); return card?.innerText.includes('Time is up') ? (card.querySelector('.answer-buttons') ? "
                + "'can be tapped' : 'cannot') : null; }");
        Assert.Equal("cannot", await seen.JsonValueAsync<string>());
    }

    [Fact]
    public async Task An_offline_notice_moves_nothing()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.CreateAsync(zoe, "Dust the shelves", ann);
        await using var candidate = await board.VisitAsync(ann);
        await candidate.Card("Dust the shelves").WaitForAsync();
        var before = (await candidate.Card("Dust the shelves").BoundingBoxAsync())!.Y;

        await candidate.Context.SetOfflineAsync(true);
        await Assertions.Expect(candidate.Page.GetByText("You’re offline.")).ToBeVisibleAsync();
        Assert.Equal(before, (await candidate.Card("Dust the shelves").BoundingBoxAsync())!.Y);
        await Assertions.Expect(candidate.Page.Locator(".feed-live")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Visitor.Soon });
        await candidate.KeepPictureAsync("offline-notice");
    }

    private static async Task<(float X, float Y)> CentreAsync(ILocator element)
    {
        var box = (await element.BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
