using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>The page that describes the API, and tries it out.</summary>
public sealed partial class ApiPageTests(BoardFixture board)
{
    [Fact]
    public async Task Each_click_offers_a_new_job()
    {
        await using var visitor = await board.VisitAsync(null, "docs");
        var page = visitor.Page;
        await page.GotoAsync("/docs#tag/commands/POST/v1/job-requests");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = TryCreate() }).First.ClickAsync();
        var send = page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = Send() }).First;

        var first = await SendAsync();
        var second = await SendAsync();

        Assert.Equal((201, 201), (first.Status, second.Status));
        Assert.NotEqual(await first.HeaderValueAsync("Location"), await second.HeaderValueAsync("Location"));
        Assert.Null(await first.Request.HeaderValueAsync("If-Match"));

        async Task<IResponse> SendAsync() =>
            await page.RunAndWaitForResponseAsync(async () => await send.ClickAsync(), response => response.Request.Method == "POST"
                && response.Url.Contains("/v1/job-requests", StringComparison.Ordinal));
    }

    [GeneratedRegex("^Test Request.*job-requests\\)?$", RegexOptions.IgnoreCase)]
    private static partial Regex TryCreate();

    [GeneratedRegex("^Send", RegexOptions.IgnoreCase)]
    private static partial Regex Send();
}
