using System.Text;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>Phones as they are: old, full, asleep, wrong about the time, without a network.</summary>
public sealed class DeviceTests(BoardFixture board)
{
    private const string Full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };";
    private const string Blocked =
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(globalThis, name, { get() { throw new DOMException('blocked', "
            + "'SecurityError'); } });";

    private const string Old = "delete AbortSignal.any; delete AbortSignal.timeout; delete crypto.randomUUID; delete Navigator.prototype.locks;";
    private const string Fast = Clock + "(2 * 3600_000);";
    private const string Slow = Clock + "(-2 * 3600_000);";
    private const string Clock =
        """
        (difference => {
          const Right = Date;
          globalThis.Date = class extends Right {
            constructor(...given) { super(...(given.length ? given : [Right.now() + difference])); }
            static now() { return Right.now() + difference; }
          };
        })
        """;

    [Theory]
    [InlineData("storage full", Full)]
    [InlineData("storage blocked", Blocked)]
    [InlineData("an old browser", Old)]
    [InlineData("a clock two hours fast", Fast)]
    [InlineData("a clock two hours slow", Slow)]
    public async Task A_job_is_won_on_any_device(string device, string script)
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.CreateAsync(zoe, device, ann);
        await using var candidate = await board.VisitAsync(ann, script: script);
        await candidate.Card(device).WaitForAsync();
        await candidate.Context.SetOfflineAsync(true);
        await candidate.AcceptAsync(device);
        await candidate.HearsAsync(device, script is Full or Blocked ? "Keep this page open" : "Your answer is saved");
        await candidate.Context.SetOfflineAsync(false);
        await candidate.HearsAsync(device, "You got the job!");
    }

    [Fact]
    public async Task A_wrong_device_clock_expires_no_token()
    {
        await using var visitor = await board.VisitAsync(null, script: Fast);
        await visitor.Page.RouteAsync("**/board/config.json", async route =>
        {
            var response = await route.FetchAsync();
            await route.FulfillAsync(new RouteFulfillOptions
            {
                Response = response,
                Body = (await response.TextAsync())
                    .Replace("\"development\":true", "\"development\":false", StringComparison.Ordinal)
            });
        });
        await visitor.Page.RouteAsync("**/v1/**", route => route.AbortAsync());
        await visitor.Page.ReloadAsync();

        var claims = $$"""{"sub":"ann","exp":{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}}""";
        await visitor.Page.GetByLabel("Access token").FillAsync($"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=')}.e30");
        await visitor.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Offers", Level = 1 })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_page_that_slept_catches_up()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await using var candidate = await board.VisitAsync(ann);
        var browser = await candidate.Context.NewCDPSessionAsync(candidate.Page);
        await browser.SendAsync("Page.setWebLifecycleState", new Dictionary<string, object> { ["state"] = "frozen" });
        await board.CreateAsync(zoe, "While it slept", ann);
        await browser.SendAsync("Page.setWebLifecycleState", new Dictionary<string, object> { ["state"] = "active" });

        await candidate.AcceptAsync("While it slept");
        await candidate.HearsAsync("While it slept", "You got the job!");
    }

    [Fact]
    public async Task Without_a_network_the_page_opens_with_what_is_unsent()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.CreateAsync(zoe, "Feed the horses", ann);
        await using var candidate = await board.VisitAsync(ann, keepsPages: true);
        await candidate.Page.EvaluateAsync("""
            () => Promise.race([navigator.serviceWorker.ready.then(() => true), new Promise((_, fail) => setTimeout(() => fail(new Error("No service worker after 20 s.")), 20_000))])
            """);
        await candidate.Context.SetOfflineAsync(true);
        await candidate.AcceptAsync("Feed the horses");
        await candidate.HearsAsync("Feed the horses", "You’re offline");

        await candidate.Page.ReloadAsync();
        await candidate.HearsAsync("Feed the horses", "You’re offline");
        await Assertions.Expect(candidate.Page.GetByText("You’re offline. Your answer")).ToBeVisibleAsync();
        Assert.False(await candidate.Page.EvaluateAsync<bool>("async () => (await fetch('/board/config.json')).headers.has('Date')"));
        await candidate.KeepPictureAsync("offline-reload");
        await candidate.Context.SetOfflineAsync(false);
        await candidate.HearsAsync("Feed the horses", "You got the job!");
        Assert.Single(candidate.Commands.Select(command => command.Key).Distinct());
    }

    [Fact]
    public async Task A_form_survives_the_back_button_and_a_reload()
    {
        await using var dispatcher = await board.VisitAsync(board.Name("zoe"), "#/jobs");
        await dispatcher.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "New job" }).ClickAsync();
        var title = dispatcher.Page.GetByLabel("What needs doing?");
        await title.FillAsync("Half a thought");
        await dispatcher.Page.GoBackAsync();
        await Assertions.Expect(title).ToHaveCountAsync(0);
        await dispatcher.Page.GoForwardAsync();
        await Assertions.Expect(title).ToHaveValueAsync("Half a thought");
        await dispatcher.Page.ReloadAsync();
        await Assertions.Expect(title).ToHaveValueAsync("Half a thought");
    }

    [Fact]
    public async Task The_back_button_only_closes_a_dialog()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.ClientOf(ann).AcceptAsync(await board.CreateAsync(zoe, "Air the rooms", ann));
        await using var candidate = await board.VisitAsync(ann, "#/jobs");
        await candidate.GoAsync("#/offers");
        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Hand it back" }).ClickAsync();
        await candidate.Page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await candidate.Page.GoBackAsync();
        await Assertions.Expect(candidate.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await candidate.Card("Air the rooms").WaitForAsync();

        // Closed by its own button it leaves nothing to go back through.
        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Hand it back" }).ClickAsync();
        await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Go back" }).ClickAsync();
        await Assertions.Expect(candidate.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await candidate.Page.WaitForFunctionAsync("() => !history.state?.dialog");
        await candidate.Page.GoBackAsync();
        await Assertions.Expect(candidate.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Jobs", Level = 1 })).ToBeVisibleAsync();
    }
}
