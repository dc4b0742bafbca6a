using System.Net.WebSockets;
using JobRequests.Gateway.Tests.Requests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>Methods, origins, hosts and sizes, as browsers, probes and proxies know them.</summary>
public sealed class WebFrontTests(BadInputTests.Fixture fixture) : IClassFixture<BadInputTests.Fixture>
{
    private const string App = "https://app.example";
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    [Fact]
    public async Task HEAD_is_answered_like_GET_without_a_body()
    {
        var routes = fixture.Host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true && !endpoint.RoutePattern.RawText!.Contains('?', StringComparison.Ordinal))
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("{id}", Http.Job, StringComparison.Ordinal).Replace("{key}", "k1", StringComparison.Ordinal)
                .Replace("{type}", "validation", StringComparison.Ordinal).Replace("{version}/{**path}", "0/board.css", StringComparison.Ordinal)).ToList();

        Assert.InRange(routes.Count, 20, 200);
        foreach (var route in routes)
        {
            var head = await fixture.Host.SendAsync(HttpMethod.Head, route, null, "admin");
            using var request = new HttpRequestMessage(HttpMethod.Get, route) { Headers = { { "Authorization", "Bearer dev-admin" } } };
            using var get = await fixture.Host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal((route, (int)get.StatusCode, get.Content.Headers.ContentType?.ToString(), ""), (route, head.Status, head.ContentHeaders.ContentType?.ToString(), head.Text));
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/")]
    public async Task Probes_may_use_HEAD_without_a_token(string path) => Assert.NotEqual(401, (await fixture.Host.SendAsync(HttpMethod.Head, path, null, null)).Status);

    [Theory]
    [InlineData("/v1/job-requests", "GET, HEAD, OPTIONS, POST")]
    [InlineData(Accept, "OPTIONS, POST")]
    [InlineData("/v1/stats", "GET, HEAD, OPTIONS")]
    public async Task OPTIONS_names_the_methods_without_a_token(string path, string methods)
    {
        var options = await fixture.Host.SendAsync(HttpMethod.Options, path, null, null);
        var refused = await fixture.Host.SendAsync(HttpMethod.Patch, path, null, "zoe");

        Assert.Equal((204, methods), (options.Status, Sorted(options)));
        Assert.Equal((405, methods), (refused.Status, Sorted(refused)));
        Assert.Null(options.Header("Access-Control-Allow-Origin"));

        static string Sorted(Answer answer) => string.Join(", ", answer.ContentHeaders.Allow.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_of_a_named_origin_may_call()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:AllowedOrigins:0", App));

        var preflight = await host.SendAsync(HttpMethod.Options, Accept, null, null,
            ("Origin", App), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,idempotency-key"));
        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("Origin", App));
        var refused = await host.PostAsync(Accept, "{}", person: null, "k1", ("Origin", App));
        var stranger = await host.SendAsync(HttpMethod.Options, Accept, null, null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));

        Assert.Equal((204, App), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Equal("authorization,idempotency-key", preflight.Header("Access-Control-Allow-Headers"));
        Assert.Equal((200, App), (answer.Status, answer.Header("Access-Control-Allow-Origin")));
        Assert.Contains("ETag", answer.Header("Access-Control-Expose-Headers"));
        Assert.Equal((401, App), (refused.Status, refused.Header("Access-Control-Allow-Origin")));
        Assert.Null(stranger.Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("https://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("http://127.0.0.1:1", 403)]
    [InlineData("own", 200)]
    public async Task Page_of_another_site_can_not_send_a_command(string origin, int status)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("Origin", origin == "own" ? host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin));

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? 1 : 0, host.Jobs.Submitted.Count);
        if (status != 200) Assert.Equal("origin-not-allowed", answer.ProblemType);
    }

    [Theory]
    [InlineData("https://evil.example", false)]
    [InlineData(App, true)]
    public async Task Hub_opens_only_for_pages_of_allowed_origins(string origin, bool opens)
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:AllowedOrigins:0", App));
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", origin);
        var connect = socket.ConnectAsync(new Uri($"ws://{host.Client.BaseAddress!.Authority}/v1/live?access_token=dev-ann"), TestContext.Current.CancellationToken);

        if (opens) await connect;
        else Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => connect)).Message);
        Assert.Equal(opens ? 200 : 403, (await host.SendAsync(HttpMethod.Post, "/v1/live/negotiate?negotiateVersion=1", null, "ann", ("Origin", origin))).Status);
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("jobs.localhost:99", 200)]
    [InlineData("[::1]:8080", 200)]
    [InlineData("evil.example", 400)]
    [InlineData("127.0.0.1.evil.example", 400)]
    public async Task Development_identities_are_served_to_loopback_names_only(string name, int status)
    {
        var answer = await fixture.Host.SendRawAsync($"GET /health/live HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status}", answer);
    }

    [Fact]
    public async Task Named_hosts_take_the_place_of_the_loopback_names()
    {
        await using var host = await GatewayHost.StartAsync(("AllowedHosts", "jobs.example"));

        Assert.StartsWith("HTTP/1.1 200", await host.SendRawAsync("GET /health/live HTTP/1.1\r\nHost: jobs.example\r\nConnection: close\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 400", await host.SendRawAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task Address_or_headers_that_are_too_large_are_problems()
    {
        var address = await fixture.Host.GetAsync("/v1/job-requests?q=" + new string('x', 5000));
        var header = await fixture.Host.GetAsync("/v1/job-requests", "zoe", ("X-Much", new string('x', 17_000)));
        var hub = await fixture.Host.GetAsync("/v1/live?access_token=" + new string('x', 15_000), person: null);

        Assert.Equal((414, "address-too-long"), (address.Status, address.ProblemType));
        Assert.Equal((431, "headers-too-large"), (header.Status, header.ProblemType));
        Assert.Equal((401, "unauthenticated"), (hub.Status, hub.ProblemType));
    }
}
