using JobRequests.Client;
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

        await dispatcher.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Change" }).ClickAsync();
        await dispatcher.Page.GetByLabel("What needs doing?").FillAsync("Walk both dogs");
        await dispatcher.Page.GetByLabel("Add people").FillAsync(board.Name("bob"));
        await ClickAsync("Save changes");
        await Assertions.Expect(dispatcher.Page.Locator(".moment-JobAmended")).ToBeVisibleAsync();
        await Assertions.Expect(dispatcher.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 })).ToHaveTextAsync("Walk both dogs");

        Task ClickAsync(string name) => dispatcher.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name }).ClickAsync();
    }

    [Fact]
    public async Task A_job_past_its_deadline_is_changed_and_taken_back()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann"), bob = board.Name("bob");
        var created = await board.ClientOf(zoe).CreateAsync(
            new NewJob { Title = "Rake leaves", Candidates = [ann, bob], ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(10) });
        var job = Assert.IsType<CommandResult.Succeeded>(created).JobRequestId;
        await board.ClientOf(ann).AcceptAsync(job);
        await board.ClientOf(bob).AcceptOrStandbyAsync(job);

        // The form knows minutes: for it, the deadline has passed.
        await using var dispatcher = await board.VisitAsync(zoe, $"#/edit/{job}", width: 1280);
        await dispatcher.Page.GetByLabel("What needs doing?").FillAsync("Rake all leaves");
        await ClickAsync(dispatcher.Page.Locator("main"), "Save changes");
        await Assertions.Expect(dispatcher.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 })).ToHaveTextAsync("Rake all leaves");

        // The answer is lost. The same command again is answered as before, when the next in line has the job.
        var losesIt = true;
        await dispatcher.Page.RouteAsync("**/release", async route =>
        {
            var answer = await route.FetchAsync();
            if (losesIt) await route.AbortAsync("connectionreset");
            else await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
            losesIt = false;
        });
        await ClickAsync(dispatcher.Page.Locator("main"), "Take it back");
        await ClickAsync(dispatcher.Page.GetByRole(AriaRole.Dialog), "Take it back");
        await dispatcher.Page.WaitForFunctionAsync("name => JSON.parse(localStorage.getItem(name))?.state === 'done'", $"board/{zoe}/attempt/{job}/release");
        await Assertions.Expect(dispatcher.Page.GetByText("the job has changed since")).ToHaveCountAsync(0);

        static Task ClickAsync(ILocator place, string name) => place.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = name }).ClickAsync();
    }

    [Fact]
    public async Task Urgent_jobs_come_first_and_many_are_cancelled_together()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann"), bob = board.Name("bob");
        var client = board.ClientOf(zoe);
        await board.ClientOf(ann).DeclineAsync(await board.CreateAsync(zoe, "Declined by all", ann));
        await client.CreateAsync(new NewJob { Title = "Runs out", Candidates = [bob], ExpiresAt = DateTimeOffset.UtcNow.AddMinutes(2) });
        foreach (var title in new[] { "=Later", "Soon", "Whenever" })
            await client.CreateAsync(new NewJob
            {
                Title = title,
                Candidates = [ann, bob],
                StartsAt = title == "Whenever" ? null : DateTimeOffset.UtcNow.AddDays(title == "Soon" ? 2 : 3),
            });

        await using var dispatcher = await board.VisitAsync(zoe, width: 1280);
        var page = dispatcher.Page;
        var urgent = page.Locator("section", new PageLocatorOptions { Has = page.Locator("#attention") }).Locator(".row-title");
        await Assertions.Expect(urgent).ToHaveTextAsync(["Runs out", "Declined by all"]);
        await dispatcher.KeepPictureAsync("jobs-attention");

        await page.GetByText("Filter and sort").ClickAsync();
        await page.GetByLabel("Order").SelectOptionAsync("start");
        await Assertions.Expect(page.Locator("#others + .rows .row-title")).ToHaveTextAsync(["Soon", "=Later", "Whenever"]);
        await page.GetByLabel("User name").FillAsync(ann);
        await Assertions.Expect(urgent).ToHaveTextAsync(["Declined by all"]);
        Assert.EndsWith($"#/jobs?person={ann}&sort=start", page.Url, StringComparison.Ordinal);

        // Who is asked once more needs nobody's attention any more.
        await urgent.ClickAsync();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Repeat this job" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 1 person" }).ClickAsync();
        await Assertions.Expect(page.Locator("article.job")).ToContainTextAsync("Repeats");
        await page.Locator(".back").ClickAsync();
        await Assertions.Expect(urgent).ToHaveCountAsync(0);

        await page.Locator(".row", new PageLocatorOptions { HasText = "Soon" }).ClickAsync();
        await page.Locator("article.job").WaitForAsync();
        await page.Locator(".back").ClickAsync();
        await Assertions.Expect(page.GetByLabel("User name")).ToHaveValueAsync(ann);

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Select" }).ClickAsync();
        await page.GetByLabel("Select “=Later”").CheckAsync();
        await page.GetByLabel("Select “Soon”").CheckAsync();
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Export CSV" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await file.PathAsync());
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"'=Later\",\"Open\"", lines[2], StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel 2" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("rain");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel job" }).ClickAsync();
        await Assertions.Expect(page.Locator(".pill-cancelled")).ToHaveCountAsync(2);
        Assert.Equal(2, dispatcher.Commands.Count(command => command.Operation == "cancel"));
    }

    [Fact]
    public async Task Rows_of_a_spreadsheet_become_jobs_once()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await using var dispatcher = await board.VisitAsync(zoe, "#/new", width: 1280);
        var page = dispatcher.Page;
        await page.GetByText("Paste many from a spreadsheet").ClickAsync();
        var rows = page.GetByLabel("Paste rows from a spreadsheet");
        await rows.FillAsync($"Title\tCandidates\nMop\t{ann}\tQuay 3\t12/1/2030 08:00\n");
        await Assertions.Expect(page.GetByText("Can’t read “Starts”.")).ToBeVisibleAsync();
        await rows.FillAsync($"Mop\t{ann}\tQuay 3\t1.12.2030 08:00\t2030-12-01 09:00\tfloor;stairs\n\"Sweep\nand dust\"\t{ann}\n");

        // The answer is lost, then a row is not decided yet: the same call again gives the same jobs.
        var calls = 0;
        await page.RouteAsync("**/bulk", async route =>
        {
            var answer = await route.FetchAsync();
            if (++calls == 1) await route.AbortAsync("connectionreset");
            else if (calls == 2)
                await route.FulfillAsync(new RouteFulfillOptions
                {
                    Response = answer,
                    Body = (await answer.TextAsync()).Split('\n')[0] + "\n" + """{"line":2,"status":202,"problem":{"title":"There is no decision yet"}}""",
                });
            else await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
        });
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create 2 jobs" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No answer yet.")).ToBeVisibleAsync();
        var again = page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Try again" });
        await again.ClickAsync();
        await Assertions.Expect(page.GetByText("1 of 2 jobs created.")).ToBeVisibleAsync();
        await again.ClickAsync();
        await Assertions.Expect(page.GetByText("2 of 2 jobs created.")).ToBeVisibleAsync();
        await dispatcher.KeepPictureAsync("pasted");
        await dispatcher.GoAsync("#/jobs");
        // Lines of one call are decided side by side: either may be the newer one.
        var titles = page.Locator(".row-title");
        await Assertions.Expect(titles).ToHaveCountAsync(2);
        await Assertions.Expect(titles.Filter(new LocatorFilterOptions { HasText = "Mop" })).ToHaveCountAsync(1);
        await Assertions.Expect(titles.Filter(new LocatorFilterOptions { HasText = "Sweep and dust" })).ToHaveCountAsync(1);
    }
}
