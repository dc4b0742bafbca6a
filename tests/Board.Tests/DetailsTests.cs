using System.Text.Json;
using JobRequests.Client;
using JobRequests.Testing;
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
        await Assertions.Expect(candidate.Page.GetByText("Map in the browser")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_map_from_the_settings_is_linked_too()
    {
        string zoe = board.Name("zoe"), ann = board.Name("ann");
        await board.ClientOf(zoe).CreateAsync(new NewJob { Title = "Rake leaves", Candidates = [ann], Place = new JobPlace("Park", 53.5, 9.9) });
        await using var candidate = await board.VisitAsync(ann, script: """
            const text = Response.prototype.text;
            Response.prototype.text = async function () {
              const body = await text.call(this);
              return body.replace('"links":{', '"links":{"map":"https://maps.example/?lat={latitude}&lon={longitude}&q={text}",');
            };
            """);

        await Assertions.Expect(candidate.Card("Rake leaves").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Map in the browser" }))
            .ToHaveAttributeAsync("href", "https://maps.example/?lat=53.5&lon=9.9&q=Park");
        await candidate.KeepPictureAsync("place-with-map");
    }

    [Theory]
    [InlineData("https://maps.example/?lat={latitude}")]
    [InlineData("https://maps.example/{place}?q={text}")]
    [InlineData("javascript:alert('{text}')")]
    public async Task A_wrong_map_address_is_refused_at_the_start(string address)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartWithMapAsync(address));

        Assert.Contains("Board:MapAddress must be an http or https address", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_told_the_map_address()
    {
        await using var server = await StartWithMapAsync("https://maps.example/?lat={latitude}&lon={longitude}");
        using var http = new HttpClient { BaseAddress = server.Url };

        using var config = JsonDocument.Parse(await http.GetStringAsync("/board/config.json", TestContext.Current.CancellationToken));

        Assert.Equal("https://maps.example/?lat={latitude}&lon={longitude}", config.RootElement.GetProperty("links").GetProperty("map").GetString());
    }

    private Task<StandaloneServer> StartWithMapAsync(string address) =>
        StandaloneServer.StartAsync(board.NewFolder(), new Dictionary<string, string> { ["Board__MapAddress"] = address });
}
