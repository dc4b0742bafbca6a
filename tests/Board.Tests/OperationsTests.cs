using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>What operators look at.</summary>
public sealed class OperationsTests(BoardFixture board)
{
    [Fact]
    public async Task An_operator_sees_figures_dead_letters_and_the_verification()
    {
        await board.CreateAsync(board.Name("zoe"), "Something to verify", board.Name("ann"));
        await using var admin = await board.VisitAsync("admin", "#/operations", width: 1280);
        await admin.Page.Locator(".figures").WaitForAsync();
        await Assertions.Expect(admin.Page.GetByText("No dead letters.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByText("gateway", new PageGetByTextOptions { Exact = false }).First).ToBeVisibleAsync();

        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run check" }).ClickAsync();
        await Assertions.Expect(admin.Page.Locator(".verification[data-state=clean]")).ToContainTextAsync("jobs checked");
        await admin.KeepPictureAsync("operations");
    }

    [Fact]
    public async Task An_operator_sees_every_job_without_answer_buttons()
    {
        var title = board.Name("A job for an operator to see");
        var job = await board.CreateAsync(board.Name("zoe"), title, board.Name("ann"));
        await using var admin = await board.VisitAsync("admin", width: 1280);

        await admin.Page.GetByText(title).ClickAsync();
        await Assertions.Expect(admin.Page.Locator($"article.job[data-job='{job}']")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Accept" })).ToHaveCountAsync(0);
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Offers" })).ToHaveCountAsync(0);
    }
}
