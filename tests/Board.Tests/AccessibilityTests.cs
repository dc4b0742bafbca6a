using System.Text.Json;
using JobRequests.Client;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>For everybody: keyboards, screen readers, small screens, dark rooms.</summary>
public sealed class AccessibilityTests(BoardFixture board)
{
    private static readonly Lazy<string> Axe = new(static () =>
    {
        using var reader = new StreamReader(typeof(AccessibilityTests).Assembly.GetManifestResourceStream("axe.min.js")!);
        return reader.ReadToEnd();
    });

    [Theory]
    [InlineData(false, 360)]
    [InlineData(true, 360)]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    public async Task Every_page_is_accessible_and_as_wide_as_the_screen(bool dark, int width)
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann"), bob = board.Name("bob");
        const string LongTitle = "Clean-all-of-the-windows-of-the-office-building-on-the-third-floor-before-the-visitors-arrive";
        const string LongText = "A-text-without-a-space-that-is-wider-than-the-screen-of-a-phone-and-goes-on-for-quite-some-time-after-that";
        await board.CreateAsync(zoe, LongTitle, ann, bob);
        var created = await board.ClientOf(zoe).CreateAsync(new NewJob
        {
            Title = "Clean the windows",
            Candidates = [ann, bob, zoe],
            Description = LongText,
            Place = new JobPlace("Quay 3", 53.5, 9.9),
            StartsAt = DateTimeOffset.UtcNow.AddDays(1),
            Instructions = "The key is at the desk.",
            Metadata = new Dictionary<string, string> { ["team"] = LongText },
        });
        var job = Assert.IsType<CommandResult.Succeeded>(created).JobRequestId;
        await board.ClientOf(ann).AcceptAsync(job);
        await board.ClientOf(bob).AcceptAsync(job);
        var name = $"{(dark ? "dark" : "light")}-{width}";

        await using (var nobody = await board.VisitAsync(null, dark: dark, width: width, bypassPolicy: true))
        {
            await nobody.Page.Locator("#identity").WaitForAsync();
            await CheckAsync(nobody, $"sign-in-{name}");
        }

        await using (var candidate = await board.VisitAsync(ann, dark: dark, width: width, bypassPolicy: true))
        {
            await candidate.Card(LongTitle).WaitForAsync();
            await CheckAsync(candidate, $"offers-{name}");
            await candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Decline" }).ClickAsync();
            await candidate.Page.Locator(".declining input").FocusAsync();
            await CheckAsync(candidate, $"decline-{name}");
            await candidate.GoAsync("#/mine");
            await candidate.Card("Clean the windows").WaitForAsync();
            await CheckAsync(candidate, $"mine-{name}");
        }

        await using (var dispatcher = await board.VisitAsync(zoe, "#/jobs", dark: dark, width: width, bypassPolicy: true))
        {
            await dispatcher.Page.Locator(".row").First.WaitForAsync();
            await CheckAsync(dispatcher, $"jobs-{name}");
            await dispatcher.Page.GetByText("Filter and sort").ClickAsync();
            await dispatcher.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Select" }).ClickAsync();
            await CheckAsync(dispatcher, $"jobs-selected-{name}");
            await dispatcher.GoAsync($"#/jobs/{job}");
            await dispatcher.Page.GetByText("Answers in detail").ClickAsync();
            await dispatcher.Page.Locator(".runner-won").WaitForAsync();
            await CheckAsync(dispatcher, $"job-{name}");
            await dispatcher.GoAsync("#/new");
            await dispatcher.Page.GetByText("Description, place and time").ClickAsync();
            await dispatcher.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer the job" }).ClickAsync();
            await Assertions.Expect(dispatcher.Page.GetByText("Name at least one person.")).ToBeVisibleAsync();
            await CheckAsync(dispatcher, $"new-{name}");
            await dispatcher.GoAsync("#/paste");
            await dispatcher.Page.Locator("#rows").FillAsync($"{LongTitle}\tno one!");
            await CheckAsync(dispatcher, $"paste-{name}");
        }

        await using (var admin = await board.VisitAsync("admin", "#/operations", dark: dark, width: width, bypassPolicy: true))
        {
            await admin.Page.Locator(".figures").WaitForAsync();
            await CheckAsync(admin, $"operations-{name}");
        }
    }

    [Fact]
    public async Task A_keyboard_is_enough_for_everything()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.CreateAsync(zoe, "Sort the mail", ann);
        await using var candidate = await board.VisitAsync(ann);
        await candidate.Card("Sort the mail").WaitForAsync();
        var keyboard = candidate.Page.Keyboard;

        await candidate.Page.ReloadAsync();
        await candidate.Card("Sort the mail").WaitForAsync();
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(candidate.Page.GetByText("Skip to content")).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(candidate.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 })).ToBeFocusedAsync();

        await keyboard.PressAsync("Tab"); // the title
        await keyboard.PressAsync("Tab"); // Accept
        await keyboard.PressAsync("Tab"); // Decline
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("Tab"); // Undo
        await keyboard.PressAsync("Enter");
        var accept = candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Accept" });
        await accept.WaitForAsync();
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(accept).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await candidate.HearsAsync("Sort the mail", "You got the job!");

        var handBack = candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Hand it back" });
        await handBack.PressAsync("Enter");
        await candidate.Page.GetByRole(AriaRole.Dialog).WaitForAsync();
        for (var i = 0; i < 8; i++)
        {
            await keyboard.PressAsync("Tab");
            Assert.True(await candidate.Page.EvaluateAsync<bool>("() => document.activeElement === document.body || "
                + "document.querySelector('dialog').contains(document.activeElement)"), "The focus left the dialog.");
        }

        await keyboard.PressAsync("Escape");
        await Assertions.Expect(candidate.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(handBack).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Focus_stays_after_an_answer_and_Escape_closes_menus()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.CreateAsync(zoe, "Water the roses", ann);
        await board.CreateAsync(zoe, "Prune the roses", ann);
        await using var candidate = await board.VisitAsync(ann);
        var keyboard = candidate.Page.Keyboard;

        await candidate.Card("Water the roses").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Accept" }).PressAsync("Enter");
        await candidate.HearsAsync("Water the roses", "You got the job!");
        await Assertions.Expect(candidate.Card("Water the roses").Locator(".answer")).ToBeFocusedAsync();

        await candidate.Card("Prune the roses").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Decline" }).PressAsync("Enter");
        await candidate.Card("Prune the roses").GetByRole(AriaRole.Textbox).PressAsync("Enter");
        await Assertions.Expect(candidate.Card("Prune the roses")).ToHaveCountAsync(0);
        await Assertions.Expect(candidate.Page.Locator("#open")).ToBeFocusedAsync();

        var account = candidate.Page.Locator(".account summary");
        await account.PressAsync("Enter");
        await Assertions.Expect(candidate.Page.GetByText("Signed in as")).ToBeVisibleAsync();
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(candidate.Page.GetByText("Signed in as")).ToBeHiddenAsync();
        await Assertions.Expect(account).ToBeFocusedAsync();
    }

    private static async Task CheckAsync(Visitor visitor, string picture)
    {
        await visitor.KeepPictureAsync(picture);
        var overflow = await visitor.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        var widest = overflow <= 0 ? "" : await visitor.Page.EvaluateAsync<string>("""
            () => [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth)
                .map(each => `${each.outerHTML.slice(0, 160)} ends at ${each.getBoundingClientRect().right}`).join('\n')
            """);
        Assert.True(overflow <= 0, $"{picture} is {overflow} pixels wider than its screen:\n{widest}");

        var small = await visitor.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('button, summary, select, input:not([type=checkbox]), textarea, label:has([type=checkbox]), nav a, a.button, a.row, a.back')]
                .map(each => ({ each, box: each.getBoundingClientRect() })).filter(({ box }) => box.width > 0 && (box.width < 44 || box.height < 44))
                .map(({ each, box }) => `${each.outerHTML.slice(0, 120)} is ${box.width} x ${box.height}`)
            """);
        Assert.True(small.Length == 0, $"{picture} has targets that are too small for a finger:\n{string.Join('\n', small)}");

        await visitor.Page.EvaluateAsync(Axe.Value);
        var found = await visitor.Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.map(({id, impact, nodes}) => ({id, impact, where: nodes.map(node => node.html).join(' | ')}))");
        var serious = found.EnumerateArray()
            .Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(violation => violation.ToString())
            .ToList();
        Assert.True(serious.Count == 0, $"{picture}:\n{string.Join('\n', serious)}");
    }
}
