using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>When the work is: time zones, changed clocks, calendars.</summary>
public sealed class TimeTests(BoardFixture board)
{
    [Fact]
    public async Task Times_survive_two_zones_and_a_change_of_clocks()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await using var dispatcher = await board.VisitAsync(zoe, $"#/new?title=Change+the+clocks&candidates={ann}", zone: "America/New_York");
        var form = dispatcher.Page;
        await form.GetByText("Description, place and time").ClickAsync();
        await Assertions.Expect(form.GetByLabel("Time zone")).ToHaveValueAsync("America/New_York");
        await form.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await form.GetByLabel("Starts").FillAsync("2030-03-31T02:30");
        await form.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 1 person" }).ClickAsync();
        await Assertions.Expect(form.GetByText("There is no such time on that day")).ToBeVisibleAsync();
        await form.GetByLabel("Starts").FillAsync("2030-03-31T01:30");
        await form.GetByLabel("Ends").FillAsync("2030-03-31T03:30");
        await form.GetByLabel("Contact").FillAsync("+49 40 123456");
        await Assertions.Expect(form.GetByText("In your time zone: 30 Mar 2030, 20:30 – 21:30")).ToBeVisibleAsync();
        await form.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 1 person" }).ClickAsync();
        await form.Locator("article.job").WaitForAsync();

        await using var candidate = await board.VisitAsync(ann, zone: "Asia/Tokyo");
        await Assertions.Expect(candidate.Card("Change the clocks").Locator(".when-where")).ToHaveTextAsync("31 Mar 2030, 09:30 – 10:30");
        await candidate.AcceptAsync("Change the clocks");
        var details = candidate.Card("Change the clocks").Locator("[data-part=details]");
        await Assertions.Expect(details).ToContainTextAsync("Europe/Berlin31 Mar 2030, 01:30");
        await Assertions.Expect(details.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "+49 40 123456" }))
            .ToHaveAttributeAsync("href", "tel:+4940123456");
        await candidate.KeepPictureAsync("zone-and-contact");
        var file = await candidate.Page.RunAndWaitForDownloadAsync(() =>
            candidate.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add to calendar" }).ClickAsync());
        var entry = await File.ReadAllTextAsync(await file.PathAsync());
        Assert.Contains("\r\nDTSTART:20300331T003000Z\r\nDTEND:20300331T013000Z\r\nSUMMARY:Change the clocks\r\n", entry, StringComparison.Ordinal);

        // The whole form again, at the same clock time where the job is.
        await form.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Repeat this job" }).ClickAsync();
        await Assertions.Expect(form.GetByLabel("Who can do it?")).ToHaveValueAsync(ann);
        await Assertions.Expect(form.GetByLabel("Starts")).ToHaveValueAsync("2030-03-31T01:30");
        await Assertions.Expect(form.GetByLabel("Time zone")).ToHaveValueAsync("Europe/Berlin");
        await Assertions.Expect(form.GetByLabel("Contact")).ToHaveValueAsync("+49 40 123456");
    }

    [Fact]
    public async Task Moments_and_calendar_entries_are_exact()
    {
        await using var visitor = await board.VisitAsync(null);
        var found = await visitor.Page.EvaluateAsync<string?[]>("""
            async () => {
              const { momentOf, localOf } = await import('/board/test/zones.js');
              return [
                ['2026-03-29T01:59', 'Europe/Berlin'], ['2026-03-29T02:00', 'Europe/Berlin'], ['2026-03-29T03:00', 'Europe/Berlin'],
                ['2026-10-25T02:30', 'Europe/Berlin'], ['2026-10-25T03:00', 'Europe/Berlin'],
                ['2026-03-08T02:30', 'America/New_York'], ['2026-11-01T01:30', 'America/New_York'], ['2026-11-01T02:00', 'America/New_York'],
                ['2026-04-05T01:45', 'Australia/Lord_Howe'], ['2026-02-30T00:00', 'Europe/Berlin'], ['', 'Europe/Berlin'],
              ].map(([local, zone]) => {
                const moment = momentOf(local, zone);
                return moment && localOf(moment, zone) === local ? moment.toISOString() : moment;
              });
            }
            """);
        Assert.Equal(
            [
                "2026-03-29T00:59:00.000Z", null, "2026-03-29T01:00:00.000Z", "2026-10-25T00:30:00.000Z", "2026-10-25T02:00:00.000Z",
                null, "2026-11-01T05:30:00.000Z", "2026-11-01T07:00:00.000Z", "2026-04-04T14:45:00.000Z", null, null,
            ],
            found);

        var entry = await visitor.Page.EvaluateAsync<string>("""
            async () => (await import('/board/test/calendar.js')).calendarOf({
              jobRequestId: 'x', version: 2, startsAt: '2030-01-07T08:00:00+01:00', place: { text: 'Quay 3; left, up', latitude: 53.5, longitude: 9.9 },
              description: 'One\r\ntwo\\' + '🧹'.repeat(40), instructions: '4711',
            }, 'Clean', 'https://board.example/#/jobs/x', Date.UTC(2029, 0, 1))
            """);
        Assert.All(entry.Split("\r\n"), line => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.Equal(
            $"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//JobRequests//Board//EN\nBEGIN:VEVENT\nUID:x@board.example\nSEQUENCE:2\nDTSTAMP:20290101T000000Z\n"
            + "DTSTART:20300107T070000Z\nSUMMARY:Clean\nLOCATION:Quay 3\\; left\\, up\nGEO:53.5;9.9\n"
            + $"DESCRIPTION:One\\ntwo\\\\{string.Concat(Enumerable.Repeat("🧹", 40))}\n"
            + "URL:https://board.example/#/jobs/x\nEND:VEVENT\nEND:VCALENDAR\n",
            entry.Replace("\r\n ", "", StringComparison.Ordinal).Replace("\r\n", "\n", StringComparison.Ordinal));
    }
}
