using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace JobRequests.Testing.Browser;

/// <summary>Somebody with a browser. Script errors, warnings and violations of the page's policy fail the test that they happened in.</summary>
public sealed class Visitor(IBrowserContext context, string? person) : IAsyncDisposable
{
    /// <summary>Milliseconds after which what has not happened will not.</summary>
    public const float WaitLimit = 30_000;

    /// <summary>Milliseconds for what the board promises within one second: room for a machine that is busy with other things.</summary>
    public const float Soon = 5_000;

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<(string Operation, string Key)> _commands = new();

    public IBrowserContext Context => context;

    public IPage Page { get; private set; } = null!;

    /// <summary>The commands that the browser has sent, whether or not they arrived.</summary>
    public IReadOnlyCollection<(string Operation, string Key)> Commands => _commands;

    /// <summary>Opens the board in a new tab and signs in: sessions end with their tab.</summary>
    public async Task OpenTabAsync(string address = "#/")
    {
        Page = await context.NewPageAsync();
        Page.Console += (_, message) => Hear(message);
        Page.PageError += (_, error) => _complaints.Enqueue(error);
        Page.Request += (_, request) => Note(request);
        await Page.GotoAsync($"/{address}");
        if (person is null) return;
        await Page.Locator("#identity").FillAsync(person);
        await Page.Locator("#identity").PressAsync("Enter");
        await Page.Locator(".feed-live").WaitForAsync();
    }

    public async Task GoAsync(string address) => await Page.EvaluateAsync("address => { location.hash = address; }", address);

    /// <summary>The card of an offer, wherever the page has put it.</summary>
    public ILocator Card(string title) => Page.Locator("article").Filter(new LocatorFilterOptions { HasText = title });

    public async Task AcceptAsync(string title) => await Card(title).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Accept" }).ClickAsync();

    /// <summary>Waits until the card says it.</summary>
    public async Task HearsAsync(string title, string text, float within = WaitLimit) =>
        await Assertions.Expect(Card(title).Locator(".attempt-body")).ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = within });

    /// <summary>Keeps a picture of the page for whoever looks at the test's artifacts.</summary>
    public async Task KeepPictureAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "board")).FullName;
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMilliseconds(WaitLimit));
        Assert.Empty(_complaints);
    }

    // What the network and the service answered, the board shows in its own way; the browser notes it down all the same.
    private void Hear(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            _complaints.Enqueue(message.Text);
    }

    private void Note(Microsoft.Playwright.IRequest request)
    {
        if (request.Method == "POST")
            _commands.Enqueue((request.Url[(request.Url.LastIndexOf('/') + 1)..], request.Headers.GetValueOrDefault("idempotency-key", "")));
    }
}
