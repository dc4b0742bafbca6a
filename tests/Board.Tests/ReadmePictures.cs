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
        await board.CreateAsync("zoe", "Drive to the airport", "ann", "bob");
        await board.CreateAsync("zoe", "Night shift on Friday", "ann", "cem", "dana");
        var race = await board.CreateAsync("zoe", "Clean the windows", People);
        await Task.WhenAll(People.Select(person => board.ClientOf(person).AcceptAsync(race)));

        await using (var dispatcher = await board.VisitAsync("zoe", $"#/jobs/{race}", width: 1200, height: 900))
        {
            await dispatcher.Page.Locator(".runner-won").WaitForAsync();
            await dispatcher.Page.Locator(".moment").Nth(1).WaitForAsync();
            await TakeAsync(dispatcher, "dispatcher.png");
        }

        await using var candidate = await board.VisitAsync("ann", dark: true);
        await candidate.Card("Drive to the airport").WaitForAsync();
        await candidate.Card("Night shift on Friday").WaitForAsync();
        await TakeAsync(candidate, "candidate.png");
    }

    private static async Task TakeAsync(Visitor visitor, string file)
    {
        var picture = await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Animations = ScreenshotAnimations.Disabled });
        Assert.InRange(picture.Length, 1, MostBytes);
        await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "docs", "images")).FullName, file), picture);
    }
}
