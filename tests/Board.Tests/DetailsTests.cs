using JobRequests.Client;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>What, where and when a job is, from the form to the phone.</summary>
public sealed class DetailsTests(BoardFixture board)
{
    [Fact]
    public async Task A_phone_shows_the_forms_details_instructions_to_the_winner()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await using var dispatcher = await board.VisitAsync(zoe, $"#/new?title=Wash+the+van&candidates={ann}");
        var form = dispatcher.Page;
        await form.GetByText("Description, place and time").ClickAsync();
        await form.GetByLabel("Description", new PageGetByLabelOptions { Exact = true }).FillAsync("Inside too.\nAnd the roof.");
        await form.GetByLabel("Where?").FillAsync("Quay 3");
        await form.GetByLabel("Starts").FillAsync("2030-01-07T08:00");
        await form.GetByLabel("Ends").FillAsync("2030-01-07T07:00");
        await form.GetByLabel("Instructions").FillAsync("The door's code is 4711.");
        await form.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 1 person" }).ClickAsync();
        await Assertions.Expect(form.GetByText("Choose a time after the start.")).ToBeVisibleAsync();
        await form.GetByLabel("Ends").FillAsync("2030-01-07T10:30");
        await form.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Offer it to 1 person" }).ClickAsync();
        await Assertions.Expect(form.Locator("[data-part=instructions]")).ToContainTextAsync("4711");

        await using var candidate = await board.VisitAsync(ann);
        await Assertions.Expect(candidate.Card("Wash the van").Locator(".when-where")).ToHaveTextAsync("7 Jan 2030, 08:00 – 10:30Quay 3");
        Assert.DoesNotContain("4711", await candidate.Page.ContentAsync(), StringComparison.Ordinal);
        await candidate.AcceptAsync("Wash the van");
        await candidate.HearsAsync("Wash the van", "You got the job!");
        await candidate.Page.ReloadAsync();
        await Assertions.Expect(candidate.Card("Wash the van").Locator("[data-part=instructions]")).ToContainTextAsync("The door's code is 4711.");
        await candidate.KeepPictureAsync("job-with-details");
    }

    [Fact]
    public async Task A_place_with_a_point_opens_the_map()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.ClientOf(zoe).CreateAsync(new NewJob { Title = "Mow the lawn", Candidates = [ann], Place = new JobPlace("Park (north)", 53.5, 9.9) });
        await using var candidate = await board.VisitAsync(ann);

        await Assertions.Expect(candidate.Card("Mow the lawn").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Map" }))
            .ToHaveAttributeAsync("href", "geo:53.5,9.9?q=53.5,9.9(Park%20(north))");
    }
}
