using JobRequests.Client;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>Captive portals and proxies answer in the gateway's place. That is no answer.</summary>
public sealed class MiddleboxTests(BoardFixture board)
{
    private const string Html = "text/html";
    private const string Json = "application/json";
    private const string Portal = "<html><body>Sign in to this network</body></html>";

    private static readonly (string Title, int Status, string Type, string Body)[] Answers =
    [
        ("An empty object", 200, Json, "{}"),
        ("A welcome page", 200, Html, Portal),
        ("A page that says JSON", 200, Json, Portal),
        ("Another's success", 200, Json, """{"outcome":"SUCCESS","jobRequestId":"5f0c","version":2,"requestKey":"another"}"""),
        ("A redirect", 302, Html, Portal),
        ("A bad request", 400, Html, Portal),
        ("A login page", 401, Html, Portal),
        ("A block page", 403, Html, Portal),
        ("A missing page", 404, Html, Portal),
        ("A conflict of something else", 409, Json, """{"message":"conflict"}"""),
        ("A problem of something else", 403, "application/problem+json", """{"type":"about:blank","title":"Forbidden","status":403}"""),
        ("A bad gateway", 502, Html, Portal),
    ];

    [Fact]
    public async Task An_answer_of_something_else_decides_nothing()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        var jobs = await Task.WhenAll(Answers.Select(answer => board.CreateAsync(zoe, answer.Title, ann)));
        await using var candidate = await board.VisitAsync(ann);
        var waiting = jobs.Zip(Answers).ToDictionary(pair => pair.First, pair => pair.Second);
        await candidate.Context.RouteAsync("**/accept", async route =>
        {
            if (waiting.Remove(route.Request.Url.Split('/')[^2], out var answer))
                await route.FulfillAsync(
                    new RouteFulfillOptions { Status = answer.Status, ContentType = answer.Type, Body = answer.Body, Headers = Redirect(answer.Status) });
            else
                await route.ContinueAsync();
        });

        foreach (var (title, _, _, _) in Answers) await candidate.AcceptAsync(title);
        foreach (var (title, _, _, _) in Answers) await candidate.HearsAsync(title, "You got the job!");

        Assert.Empty(waiting);
        Assert.Equal(jobs.Length, candidate.Commands.Select(command => command.Key).Distinct().Count());
        foreach (var job in jobs) Assert.Equal(ann, (await board.ClientOf(zoe).GetJobAsync(job, Consistency.Strong)).AcceptedBy);
    }

    [Fact]
    public async Task Foreign_pages_are_never_taken_for_answers()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.CreateAsync(zoe, "Behind a portal", ann);
        await using var candidate = await board.VisitAsync(null);
        await candidate.Page.Locator("#identity").WaitForAsync();
        await candidate.Context.RouteAsync("**/v1/**", AnswerAsync);
        await candidate.Context.RouteAsync("**/board/config.json", AnswerAsync);

        await candidate.Page.ReloadAsync();
        await Assertions.Expect(candidate.Page.GetByText("Can’t reach the server.")).ToBeVisibleAsync();
        await candidate.Context.UnrouteAsync("**/board/config.json");
        await candidate.Page.Locator("#identity").FillAsync(ann);
        await candidate.Page.Locator("#identity").PressAsync("Enter");
        await Assertions.Expect(candidate.Page.GetByText("Can’t reach the server.")).ToBeVisibleAsync();
        await Assertions.Expect(candidate.Page.Locator(".feed-live")).ToHaveCountAsync(0);
        await candidate.Context.UnrouteAllAsync();

        await candidate.Card("Behind a portal").WaitForAsync();
        await candidate.Page.Locator(".feed-live").WaitForAsync();

        static Task AnswerAsync(IRoute route) => route.FulfillAsync(new RouteFulfillOptions { Status = 200, ContentType = Html, Body = Portal });
    }

    private static Dictionary<string, string> Redirect(int status) => status == 302 ? new() { ["Location"] = "/problems" } : [];
}
