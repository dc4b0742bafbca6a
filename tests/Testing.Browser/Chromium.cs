using Microsoft.Playwright;

namespace JobRequests.Testing.Browser;

/// <summary>
/// The installed browser: the one that <c>CHROMIUM</c> names, else Debian's, else Chrome. Without one a test is skipped; in CI that is a failure.
/// </summary>
internal static class Chromium
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright) => await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Find(),

        // Its sandbox refuses to run as root, as CI does.
        Args = Environment.UserName == "root" ? ["--no-sandbox"] : [],
    });

    /// <summary>Where it is; skips the test where there is none.</summary>
    public static string Find()
    {
        var named = Environment.GetEnvironmentVariable("CHROMIUM");
        if (!string.IsNullOrEmpty(named)) return named;
        if (Places.FirstOrDefault(File.Exists) is { } found) return found;

        const string Missing = "No Chromium is installed (apt-get install chromium), and CHROMIUM names none.";
        if (Environment.GetEnvironmentVariable("CI") is "true" or "1") Assert.Fail(Missing);
        Assert.Skip(Missing);
        return "";
    }
}
