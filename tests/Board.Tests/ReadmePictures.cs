using JobRequests.Client;
using JobRequests.Testing;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>Makes the pictures of the README, when asked for: eng/screenshots.</summary>
public sealed class ReadmePictures(BoardFixture board)
{
    private const int MostBytes = 150 * 1024;
    private static readonly string[] People = ["ann", "bob", "cem", "dana", "eli", "fay", "gus", "hana"];

    [Fact(Explicit = true)]
    public async Task Take()
    {
        await OfferAsync("Drive to the airport", TimeSpan.FromMinutes(18), "pick up at Terminal 1", "two suitcases");
        await OfferAsync("Night shift on Friday", TimeSpan.FromHours(5), "reception", "rounds");
        var race = await OfferAsync("Clean the windows", TimeSpan.FromHours(1), "front", "courtyard");
        await Task.WhenAll(People.Select(person => board.ClientOf(person).AcceptAsync(race)));

        await using (var dispatcher = await board.VisitAsync("zoe", $"#/jobs/{race}", width: 1200, height: 960))
        {
            await dispatcher.Page.GetByText("Answers in detail").ClickAsync();
            await dispatcher.Page.Locator(".runner-won").WaitForAsync();
            await dispatcher.Page.Locator(".moment").Nth(1).WaitForAsync();
            await TakeAsync(dispatcher, "dispatcher.png");
        }

        await using var candidate = await board.VisitAsync("ann", dark: true);
        await candidate.Card("Drive to the airport").WaitForAsync();
        await candidate.Card("Night shift on Friday").WaitForAsync();
        await TakeAsync(candidate, "candidate.png");
    }

    private async Task<string> OfferAsync(string title, TimeSpan open, params string[] tasks)
    {
        var created = await board.ClientOf("zoe").CreateAsync(new NewJob
        {
            Title = title,
            Candidates = People,
            Tasks = [.. tasks.Select((name, index) => new NewTask($"t{index + 1}", name))],
            ExpiresAt = DateTimeOffset.UtcNow + open,
        });
        return Assert.IsType<CommandResult.Succeeded>(created).JobRequestId;
    }

    private static async Task TakeAsync(Visitor visitor, string file)
    {
        var picture = await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Animations = ScreenshotAnimations.Disabled });
        Assert.InRange(picture.Length, 1, MostBytes);
        await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "docs", "images")).FullName, file), picture);
    }
}
