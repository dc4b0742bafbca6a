using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>One job, three phones.</summary>
public sealed class RaceTests(BoardFixture board)
{
    [Fact]
    public async Task Of_two_accepts_one_wins_and_everybody_sees_it()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann"), bob = board.Name("bob"), cem = board.Name("cem");
        await using var dispatcher = await board.VisitAsync(zoe, "#/new", width: 1280);
        await using var first = await board.VisitAsync(ann);
        await using var second = await board.VisitAsync(bob, dark: true);
        await using var third = await board.VisitAsync(cem);

        await dispatcher.Page.GetByLabel("What needs doing?").FillAsync("Clean the windows");
        await dispatcher.Page.GetByLabel("Who can do it?").FillAsync($"{ann}, {bob} {cem}");
        await dispatcher.Page.GetByLabel("Tasks, one per line").FillAsync("windows\nfloor");
        await dispatcher.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 3 people" }).ClickAsync();
        foreach (var candidate in new[] { first, second, third })
            await candidate.Card("Clean the windows").WaitForAsync(new LocatorWaitForOptions { Timeout = Visitor.Soon });
        // A card that has just come takes no tap for a moment: the race begins when both can be tapped.
        foreach (var candidate in new[] { first, second })
            await candidate.Card("Clean the windows")
                .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Accept" })
                .ClickAsync(new LocatorClickOptions { Trial = true });

        await Task.WhenAll(first.AcceptAsync("Clean the windows"), second.AcceptAsync("Clean the windows"));

        // Whoever it is: one, and the other knows by how much.
        var winner = await WinnerOfAsync(first, second);
        var loser = winner == first ? second : first;
        await loser.HearsAsync("Clean the windows", "first – by", Visitor.Soon);
        await Assertions.Expect(loser.Page.GetByText("You got the job!")).ToHaveCountAsync(0);
        await Assertions.Expect(third.Card("Clean the windows")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Visitor.Soon });
        await Assertions.Expect(third.Page.GetByText("“Clean the windows” was accepted by someone else.")).ToBeVisibleAsync();

        await Assertions.Expect(dispatcher.Page.Locator("article.job")).ToHaveAttributeAsync("data-status", "Accepted");
        await dispatcher.Page.GetByText("Answers in detail").ClickAsync();
        await Assertions.Expect(dispatcher.Page.Locator(".runner-won")).ToContainTextAsync("won");
        await Assertions.Expect(dispatcher.Page.Locator(".runner-lost")).ToContainTextAsync("lost by");
        await dispatcher.KeepPictureAsync("race-dispatcher");
        await winner.KeepPictureAsync("race-winner");
        await loser.KeepPictureAsync("race-loser");
    }

    [Fact]
    public async Task The_requester_sees_each_step_of_the_winner()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, "Sweep the yard", ann);
        await using var dispatcher = await board.VisitAsync(zoe, $"#/jobs/{job}", width: 1280);
        await using var candidate = await board.VisitAsync(ann);

        await candidate.AcceptAsync("Sweep the yard");
        await candidate.HearsAsync("Sweep the yard", "You got the job!");
        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start work" }).ClickAsync();
        await Assertions.Expect(candidate.Page.GetByText("1 task left")).ToBeVisibleAsync();
        await candidate.Page.GetByLabel("Mark “windows” as done").CheckAsync();
        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Finish job" }).ClickAsync();

        await Assertions.Expect(dispatcher.Page.Locator("article.job")).ToHaveAttributeAsync("data-status", "Finished");
        await Assertions.Expect(dispatcher.Page.Locator(".moment")).ToHaveCountAsync(5);
    }

    [Fact]
    public async Task The_requester_reads_why_an_offer_was_declined()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var job = await board.CreateAsync(zoe, "Night shift", ann, board.Name("bob"));
        await using var dispatcher = await board.VisitAsync(zoe, $"#/jobs/{job}", width: 1280);
        await using var candidate = await board.VisitAsync(ann);

        var decline = candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Decline" });
        await decline.ClickAsync();
        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        await decline.ClickAsync();
        await candidate.Page.GetByPlaceholder("Reason").FillAsync("On holiday");
        Assert.Empty(candidate.Commands);
        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Send" }).ClickAsync();

        await Assertions.Expect(candidate.Page.GetByText("No offers right now")).ToBeVisibleAsync();
        await Assertions.Expect(dispatcher.Page.GetByText("“On holiday”")).ToBeVisibleAsync();
        Assert.Equal("decline", Assert.Single(candidate.Commands).Operation);
    }

    private static async Task<Visitor> WinnerOfAsync(Visitor first, Visitor second)
    {
        var yours = first.Page.GetByText("You got the job!");
        await Assertions.Expect(first.Page.Locator(".attempt-body[data-state=done]")).ToHaveCountAsync(1);
        await Assertions.Expect(second.Page.Locator(".attempt-body[data-state=done]")).ToHaveCountAsync(1);
        return await yours.CountAsync() == 1 ? first : second;
    }
}
