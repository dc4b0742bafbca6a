using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using JobRequests.Domain;
using JobRequests.Gateway.Tests.Requests;
using JobRequests.Grains.Abstractions;
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
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
                && !endpoint.RoutePattern.RawText!.Contains('?', StringComparison.Ordinal))
            .Select(endpoint => "/"
                + endpoint.RoutePattern.RawText!.TrimStart('/')
                    .Replace("{id}", Http.Job, StringComparison.Ordinal)
                    .Replace("{key}", "k1", StringComparison.Ordinal)
                .Replace("{type}", "validation", StringComparison.Ordinal).Replace("{version}/{**path}", "0/board.css", StringComparison.Ordinal)).ToList();

        Assert.InRange(routes.Count, 20, 200);
        foreach (var route in routes)
        {
            var head = await fixture.Host.SendAsync(HttpMethod.Head, route, null, "admin");
            using var request = new HttpRequestMessage(HttpMethod.Get, route) { Headers = { { "Authorization", "Bearer dev-admin" } } };
            using var get = await fixture.Host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal((route, (int)get.StatusCode, get.Content.Headers.ContentType?.ToString(), ""),
                (route, head.Status, head.ContentHeaders.ContentType?.ToString(), head.Text));
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/")]
    public async Task Probes_may_use_HEAD_without_a_token(string path) =>
        Assert.NotEqual(401, (await fixture.Host.SendAsync(HttpMethod.Head, path, null, null)).Status);

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
        var stranger = await host.SendAsync(
            HttpMethod.Options, Accept, null, null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));

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

        var answer = await host.PostAsync(
            Accept, "{}", "ann", "k1", ("Origin", origin == "own" ? host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin));

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
        var connect = socket.ConnectAsync(
            new Uri($"ws://{host.Client.BaseAddress!.Authority}/v1/live?access_token=dev-ann"), TestContext.Current.CancellationToken);

        if (opens) await connect;
        else Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => connect)).Message);
        Assert.Equal(
            opens ? 200 : 403, (await host.SendAsync(HttpMethod.Post, "/v1/live/negotiate?negotiateVersion=1", null, "ann", ("Origin", origin))).Status);
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

    [Fact]
    public async Task Each_answer_says_what_is_left_of_the_share()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:CallerRate", "1"), ("Gateway:CallerBurst", "2"));

        var first = await host.GetAsync("/v1/job-requests");
        await host.GetAsync("/v1/job-requests");
        var refused = await host.GetAsync("/v1/job-requests");
        var stranger = await host.GetAsync("/v1/job-requests", null);

        Assert.Equal((200, "\"caller\";q=2;w=2", "\"caller\";r=1;t=1"), (first.Status, first.Header("RateLimit-Policy"), first.Header("RateLimit")));
        Assert.Equal((429, "\"caller\";r=0;t=2"), (refused.Status, refused.Header("RateLimit")));
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.StartsWith("Try again in", refused["detail"]);
        Assert.StartsWith("\"address\";q=", stranger.Header("RateLimit-Policy"));
    }

    [Fact]
    public async Task A_problem_says_what_is_so_this_time()
    {
        var wrong = await fixture.Host.GetAsync("/v1/job-requests?limit=0");
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected(Rejections.VersionMismatch.Code, 9, false, 7);
        var mismatch = await host.PostAsync(Accept, null, "ann", "k1", ("If-Match", "\"7\""));

        Assert.Equal("limit must be a whole number from 1 to 200", wrong["detail"]);
        Assert.Equal((412, "The job was to be at version 7, but is at version 9."), (mismatch.Status, mismatch["detail"]));
    }

    [Fact]
    public async Task A_forbidden_caller_gets_a_challenge()
    {
        var answer = await fixture.Host.GetAsync("/v1/admin/status", "zoe");

        Assert.Equal((403, "Bearer error=\"insufficient_scope\""), (answer.Status, answer.Header("WWW-Authenticate")));
    }

    [Fact]
    public async Task A_history_that_has_not_changed_is_304()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadHistory = (job, _) => Task.FromResult<JobHistory?>(new JobHistory(job, 8, []));

        var known = await host.GetAsync($"/v1/job-requests/{Http.Job}/history", "zoe", ("If-None-Match", "\"8\""));
        var changed = await host.GetAsync($"/v1/job-requests/{Http.Job}/history", "zoe", ("If-None-Match", "\"7\""));

        Assert.Equal((304, "\"8\"", ""), (known.Status, known.Header("ETag"), known.Text));
        Assert.Equal((200, "\"8\""), (changed.Status, changed.Header("ETag")));
    }

    [Fact]
    public async Task The_OpenAPI_document_is_compressed_and_kept()
    {
        var answer = await fixture.Host.GetAsync("/openapi/v1.json", null, ("Accept-Encoding", "br, gzip"));
        var again = await fixture.Host.GetAsync("/openapi/v1.json", null, ("Accept-Encoding", "br, gzip"), ("If-None-Match", answer.Header("ETag")!));

        Assert.Equal((200, "br", "Accept-Encoding", "public, max-age=300"),
            (answer.Status, string.Join(",", answer.ContentHeaders.ContentEncoding), answer.Header("Vary"), answer.Header("Cache-Control")));
        Assert.Equal((304, ""), (again.Status, again.Text));
    }

    [Fact]
    public async Task The_API_page_has_its_own_content_policy()
    {
        var first = await fixture.Host.GetAsync("/docs/", null);
        var second = await fixture.Host.GetAsync("/docs/", null);

        var nonce = Regex.Match(first.Text, "nonce=\"([^\"]+)\"").Groups[1].Value;
        Assert.NotEmpty(nonce);
        Assert.Contains($"'nonce-{nonce}'", first.Header("Content-Security-Policy"));
        Assert.DoesNotContain(nonce, second.Text);
    }

    [Fact]
    public async Task HTTP_2_without_TLS_is_a_setting()
    {
        await using var host = await GatewayHost.StartAsync(("Kestrel:Endpoints:h2c:Url", "http://127.0.0.1:0"), ("Kestrel:Endpoints:h2c:Protocols", "Http2"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live")
        { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
    }
}
