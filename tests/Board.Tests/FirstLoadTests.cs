using System.Diagnostics;
using System.Net;
using Microsoft.Playwright;

namespace JobRequests.Board.Tests;

/// <summary>Fast, small, and from nowhere else.</summary>
public sealed class FirstLoadTests(BoardFixture board, ITestOutputHelper output)
{
    private const int MostBytes = 150 * 1024;

    [Fact]
    public async Task The_first_load_is_small_and_soon_usable()
    {
        await using var warm = await board.VisitAsync(null);
        await warm.Page.Locator("#identity").WaitForAsync();

        await using var visitor = await board.VisitAsync(null, address: "problems");
        var responses = new List<IResponse>();
        visitor.Page.Response += (_, response) => responses.Add(response);
        var started = Stopwatch.GetTimestamp();
        await visitor.Page.GotoAsync("/");
        await visitor.Page.Locator("#identity").FillAsync("ann");
        var usable = Stopwatch.GetElapsedTime(started);

        var bytes = 0;
        foreach (var response in responses)
        {
            bytes += (await response.Request.SizesAsync()).ResponseBodySize;
            Assert.StartsWith(board.Url, response.Url, StringComparison.Ordinal);
            Assert.Equal(200, response.Status);
        }

        output.WriteLine($"{responses.Count} files, {bytes / 1024.0:F1} KB, usable after {usable.TotalMilliseconds:F0} ms");
        Assert.True(responses.Count > 20);
        Assert.InRange(bytes, 1, MostBytes);
        Assert.True(usable < TimeSpan.FromMilliseconds(Visitor.Soon), $"Usable after {usable}.");
    }

    [Fact]
    public async Task The_page_allows_only_its_own_content()
    {
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = new Uri(board.Url) };
        using var page = await http.GetAsync("/");
        var text = await page.Content.ReadAsStringAsync();
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);

        using var again = await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { IfNoneMatch = { page.Headers.ETag! } } });
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        var script = text.Split('"').First(part => part.EndsWith("/boot.js", StringComparison.Ordinal));
        using var compressed = await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, script) { Headers = { { "Accept-Encoding", "gzip, br" } } });
        Assert.Equal("br", compressed.Content.Headers.ContentEncoding.Single());
        Assert.Contains("immutable", compressed.Headers.CacheControl!.ToString(), StringComparison.Ordinal);

        // A gateway of another release is asked while gateways are being replaced.
        using var another = await http.GetAsync("/board/another/main.js");
        Assert.Equal(HttpStatusCode.OK, another.StatusCode);
        Assert.True(another.Headers.CacheControl!.NoCache);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/board/another/nothing.js")).StatusCode);
    }

    [Fact]
    public async Task It_can_be_installed()
    {
        await using var visitor = await board.VisitAsync(null);
        var manifest = await visitor.Page.EvaluateAsync<System.Text.Json.JsonElement>(
            "async () => { const link = document.querySelector('link[rel=manifest]').href; const manifest = await (await fetch(link)).json(); "
            + "return { ...manifest, found: await Promise.all(manifest.icons.map(async icon => (await fetch(new URL(icon.src, link))).status)) }; }");
        Assert.Equal("standalone", manifest.GetProperty("display").GetString());
        Assert.All(manifest.GetProperty("found").EnumerateArray(), status => Assert.Equal(200, status.GetInt32()));
    }
}
