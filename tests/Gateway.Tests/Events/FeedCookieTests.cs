using JobRequests.Gateway.Events;
using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Events;

/// <summary>What a browser's own <c>EventSource</c> sends: a cookie and no other header.</summary>
public sealed class FeedCookieTests
{
    [Fact]
    public async Task EventSource_follows_with_the_cookie_and_resumes_by_address()
    {
        await using var host = await FeedHost.StartAsync();
        var cookie = await BeginAsync(host);
        host.Add(Facts.Requested(Facts.Job(1), "zoe", "ann"));
        host.Add(Facts.Accepted(Facts.Job(1), "ann"));

        using var answer = await OpenAsync(host, $"/v1/job-requests/{Facts.Job(1)}/events?lastEventId={Facts.Job(1)}:1", cookie);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string? id;
        do id = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        while (id?.StartsWith("id:", StringComparison.Ordinal) == false);

        Assert.Equal($"id: {Facts.Job(1)}:2", id);
    }

    [Fact]
    public async Task The_cookie_is_only_for_feeds_never_for_scripts()
    {
        await using var host = await FeedHost.StartAsync();
        var session = await host.PostAsync(FeedCookie.Route, null);
        var cookie = await BeginAsync(host);

        Assert.Equal(204, session.Status);
        var set = session.Header("Set-Cookie")!;
        Assert.All(new[] { "httponly", "samesite=strict", "path=/v1", "max-age=3600" }, part => Assert.Contains(part, set, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(401, (await host.GetAsync("/v1/job-requests", null, ("Cookie", cookie))).Status);
        Assert.Equal(401, (await host.PostAsync(FeedCookie.Route, null, null, null, ("Cookie", cookie))).Status);
        Assert.Contains("expires=Thu, 01 Jan 1970", (await host.SendAsync(HttpMethod.Delete, FeedCookie.Route, null, "zoe")).Header("Set-Cookie"));
    }

    private static async Task<string> BeginAsync(FeedHost host) => (await host.PostAsync(FeedCookie.Route, null)).Header("Set-Cookie")!.Split(';')[0];

    private static Task<HttpResponseMessage> OpenAsync(FeedHost host, string address, string cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        return host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
