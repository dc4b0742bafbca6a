using Microsoft.Playwright;

namespace JobRequests.Testing.Browser;

/// <summary>The browsers of many people: one process, started when the first of them comes.</summary>
public sealed class Browsers : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A browser of its own: nothing is shared with another one. The script runs before those of each page.</summary>
    public async Task<Visitor> VisitAsync(Uri board, string? person, string address = "#/", bool dark = false, int width = 390, int height = 780,
        bool bypassPolicy = false, bool keepsPages = false, string? script = null, string? zone = null)
    {
        var context = await (await LaunchedAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = board.ToString(),
            BypassCSP = bypassPolicy,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            TimezoneId = zone,
            DeviceScaleFactor = width < 500 ? 2 : 1,
        });
        context.SetDefaultTimeout(Visitor.WaitLimit);

        // What a service worker answers, a test cannot put itself in the way of.
        if (!keepsPages) await context.AddInitScriptAsync("delete Navigator.prototype.serviceWorker;");
        if (script is not null) await context.AddInitScriptAsync(script);
        var visitor = new Visitor(context, person);
        await visitor.OpenTabAsync(address);
        return visitor;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private async Task<IBrowser> LaunchedAsync()
    {
        _ = Chromium.Find();
        _playwright ??= await Playwright.CreateAsync().WaitAsync(StartLimit);
        return _browser ??= await Chromium.LaunchAsync(_playwright);
    }
}
