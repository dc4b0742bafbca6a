using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>People are asked in turn, wait in line, and confirm.</summary>
public sealed class TurnTests(BoardFixture board)
{
    [Fact]
    public async Task Phones_are_asked_in_turn_and_the_next_is_promoted()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann"), bob = board.Name("bob"), cem = board.Name("cem");
        await using var dispatcher = await board.VisitAsync(zoe, $"#/new?title=Shovel+snow&candidates={ann},{bob},{cem}", width: 1280);
        await using var first = await board.VisitAsync(ann);
        await using var second = await board.VisitAsync(bob);
        await using var third = await board.VisitAsync(cem);

        await ClickAsync(dispatcher, "Ask some people first");
        await dispatcher.Page.GetByLabel("First, people").FillAsync("1");
        await dispatcher.Page.GetByLabel("Has to confirm within").SelectOptionAsync("300");
        await ClickAsync(dispatcher, "Offer it to 3 people");
        await first.Card("Shovel snow").WaitForAsync();
        await Assertions.Expect(dispatcher.Page.GetByText("Not asked yet")).ToHaveCountAsync(2);
        await dispatcher.KeepPictureAsync("waves");
        foreach (var later in new[] { second, third }) Assert.Equal(0, await later.Card("Shovel snow").CountAsync());

        await ClickAsync(first, "Decline");
        await ClickAsync(first, "Send");
        await third.Card("Shovel snow").WaitForAsync();
        // The win comes while nobody looks: it is confirmed when it is seen.
        await SetVisibilityAsync(second, "hidden");
        await second.AcceptAsync("Shovel snow");
        await second.HearsAsync("Shovel snow", "You got the job!");
        await second.Page.GetByText("Confirm by").WaitForAsync();
        Assert.DoesNotContain(second.Commands, static command => command.Operation == "confirm");
        await SetVisibilityAsync(second, "visible");
        await Assertions.Expect(dispatcher.Page.Locator(".moment-AcceptanceConfirmed")).ToBeVisibleAsync();

        var job = dispatcher.Page.Url[(dispatcher.Page.Url.LastIndexOf('/') + 1)..];
        await third.GoAsync($"#/jobs/{job}");
        await ClickAsync(third, "Wait in line for it");
        await Assertions.Expect(third.Page.GetByText("You’re first in line.")).ToBeVisibleAsync();
        await third.KeepPictureAsync("in-line");
        await dispatcher.Page.GetByText("Answers in detail").ClickAsync();
        await Assertions.Expect(dispatcher.Page.Locator(".race-waves > span")).ToHaveCountAsync(2);
        await Assertions.Expect(dispatcher.Page.Locator(".runner-asked")).ToHaveCountAsync(3);
        await Assertions.Expect(dispatcher.Page.Locator(".runner", new PageLocatorOptions { HasText = cem })).ToContainTextAsync("number 1 in line");
        await Assertions.Expect(dispatcher.Page.Locator(".runner-won")).ToHaveCountAsync(1);
        await dispatcher.KeepPictureAsync("race-waves");
        await third.GoAsync("#/offers");
        await third.Page.GetByText("You’re first in line.").WaitForAsync();

        await ClickAsync(second, "Hand it back");
        await second.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Hand it back" }).ClickAsync();
        await Assertions.Expect(third.Page.GetByText("“Shovel snow” became free, and it’s yours now.")).ToBeVisibleAsync();
        await third.KeepPictureAsync("promoted");
        await ClickAsync(third, "Confirm");
        await third.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start work" }).WaitForAsync();

        static Task SetVisibilityAsync(Visitor visitor, string value) => visitor.Page.EvaluateAsync(
            "value => { Object.defineProperty(document, 'visibilityState', { value, configurable: true }); document.dispatchEvent(new "
                + "Event('visibilitychange')); }",
            value);

        static Task ClickAsync(Visitor visitor, string name) => visitor.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name }).ClickAsync();
    }
}
