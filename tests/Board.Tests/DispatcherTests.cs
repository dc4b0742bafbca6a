using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>What a dispatcher does on a job's page, and the phones that see it.</summary>
public sealed class DispatcherTests(BoardFixture board)
{
    [Fact]
    public async Task A_dispatcher_assigns_and_takes_back_and_phones_see_it()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann"), eve = board.Name("eve");
        var job = await board.CreateAsync(zoe, "Walk the dog", ann);
        await using var phone = await board.VisitAsync(eve);
        await Assertions.Expect(phone.Page.GetByText("No offers right now")).ToBeVisibleAsync();
        await using var dispatcher = await board.VisitAsync(zoe, $"#/jobs/{job}", width: 1280);

        await ClickAsync("Assign to someone");
        await dispatcher.Page.GetByLabel("User name").FillAsync(eve);
        await dispatcher.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Assign to someone" }).ClickAsync();
        await Assertions.Expect(dispatcher.Page.Locator(".moment-JobAssigned .moment-detail")).ToHaveTextAsync(eve);
        await phone.Card("Walk the dog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Start work" }).WaitForAsync();

        await ClickAsync("Take it back");
        await dispatcher.Page.GetByLabel("Reason").FillAsync("ill");
        await dispatcher.KeepPictureAsync("take-it-back");
        await dispatcher.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Take it back" }).ClickAsync();
        await Assertions.Expect(dispatcher.Page.Locator(".moment-JobReleased .moment-detail")).ToHaveTextAsync($"{eve} · “ill”");
        await Assertions.Expect(phone.Card("Walk the dog")).ToHaveCountAsync(0);

        Task ClickAsync(string name) => dispatcher.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name }).ClickAsync();
    }
}
