using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Gateway.Tests.Idempotency.Redis;

namespace JobRequests.Gateway.Tests.Docs;

public sealed partial class DocsTests
{
    [Fact]
    public async Task Every_type_has_a_page_for_people_and_one_for_programs()
    {
        await using var host = await GatewayHost.StartAsync();

        foreach (var type in ProblemTypes.All)
        {
            var page = await host.GetAsync(type.Uri, null, ("Accept", "text/html"));
            var json = await host.GetAsync(type.Uri, null, ("Accept", "application/json"));
            Assert.Equal(200, page.Status);
            Assert.Equal("text/html", page.ContentHeaders.ContentType?.MediaType);
            Assert.Contains(type.Code, page.Text);
            Assert.Equal(type.Code, json["code"]);
            Assert.Equal(type.Description, json["description"]);
        }

        Assert.Equal(ProblemTypes.All.Length, (await host.GetAsync("/problems", null, ("Accept", "application/json"))).Json.AsArray().Count);
        Assert.Equal("not-found", (await host.GetAsync("/problems/<script>", null)).ProblemType);
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/idempotency")]
    [InlineData("/problems")]
    [InlineData("/problems/already-accepted")]
    public async Task A_page_loads_nothing_from_another_host(string address)
    {
        await using var host = await GatewayHost.StartAsync();
        var page = await FollowAsync(host, address);

        Assert.Equal(200, page.Status);
        var loaded = Loads().Matches(page.Text).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(loaded);
        Assert.All(loaded, source => Assert.DoesNotContain("//", source));
        foreach (var source in loaded.Where(source => !source.StartsWith("data:", StringComparison.Ordinal)))
            Assert.Equal(200, (await host.GetAsync(new Uri(new Uri("http://x" + (address == "/docs" ? "/docs/" : address)), source).PathAndQuery, null)).Status);
    }

    [Fact]
    public async Task The_page_of_keys_publishes_the_settings_in_use()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:ClockTolerance", "00:00:07"), ("Gateway:LedgerRetention", "12:00:00"));

        var page = await host.GetAsync("/docs/idempotency", null);

        Assert.Contains("7 seconds", page.Text);
        Assert.Contains("12 hours", page.Text);
        Assert.Contains("finish-task", page.Text);
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_every_problem_type_and_every_route()
    {
        await using var host = await GatewayHost.StartAsync();

        var document = (await host.GetAsync("/openapi/v1.json", null)).Json;

        Assert.StartsWith("3.1", document["openapi"]!.ToString());
        var description = document["info"]!["description"]!.ToString();
        Assert.All(ProblemTypes.All, type => Assert.Contains($"`{type.Name}`", description));
        Assert.Equal(
            [
                "/v1/admin/parked", "/v1/admin/parked/replay", "/v1/admin/status", "/v1/admin/verify", "/v1/admin/views/rebuild",
                "/v1/events",
                "/v1/job-requests", "/v1/job-requests/counts", "/v1/job-requests/{id}", "/v1/job-requests/{id}/accept", "/v1/job-requests/{id}/cancel", "/v1/job-requests/{id}/decline", "/v1/job-requests/{id}/events",
                "/v1/job-requests/{id}/finish", "/v1/job-requests/{id}/history", "/v1/job-requests/{id}/start", "/v1/job-requests/{id}/tasks/{task}/finish",
                "/v1/job-requests/{id}/timeline",
                "/v1/job-requests/{id}/withdraw", "/v1/requests/{key}",
                "/v1/requests/{key}/explain", "/v1/requests/{key}/timeline", "/v1/stats",
            ],
            document["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal));
        Assert.Equal("bearer", document["components"]!["securitySchemes"]!["bearer"]!["scheme"]!.ToString());
        Assert.NotEmpty(document["security"]!.AsArray());
    }

    [Fact]
    public async Task A_command_in_the_OpenAPI_document_has_headers_a_body_and_an_example_of_every_problem_it_can_have()
    {
        await using var host = await GatewayHost.StartAsync();

        var document = (await host.GetAsync("/openapi/v1.json", null)).Json;
        var command = document["paths"]!["/v1/job-requests/{id}/decline"]!["post"]!;

        Assert.Equal(["id", "Idempotency-Key", "Prefer", "If-Match", "Request-Deadline", "dryRun"], command["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.ToString()));
        Assert.Equal("on holiday", command["requestBody"]!["content"]!["application/json"]!["example"]!["reason"]!.ToString());
        Assert.NotNull(Resolve(document, command["requestBody"]!["content"]!["application/json"]!["schema"]!)["properties"]!["reason"]);
        Assert.NotNull(Resolve(document, command["responses"]!["200"]!["content"]!["application/json"]!["schema"]!)["properties"]!["replayed"]);
        var examples = command["responses"]!.AsObject()
            .SelectMany(response => response.Value!["content"]?["application/problem+json"]?["examples"]?.AsObject().Select(example => example.Key) ?? []).ToHashSet();
        Assert.All(ProblemTypes.All.Where(type => type.Status != 405), type => Assert.Contains(type.Name, examples));
        Assert.NotNull(command["responses"]!["202"]!["content"]!["application/json"]!["examples"]!["decision-timeout"]);
    }

    [Fact]
    public async Task A_member_that_is_left_out_where_it_does_not_apply_is_not_required()
    {
        await using var host = await GatewayHost.StartAsync();

        var schemas = (await host.GetAsync("/openapi/v1.json", null)).Json["components"]!["schemas"]!;

        Assert.Equal(["outcome", "jobRequestId", "version", "requestKey", "replayed"], Required("Success"));
        Assert.DoesNotContain("candidatesLeft", Required("Job"));
        Assert.Contains("acceptedBy", Required("Job"));
        Assert.Empty(Required("EventData"));
        Assert.Equal(["advice", "outcomeKnown"], Required("Retry"));
        Assert.Equal(["id", "name"], Required("Task"));
        Assert.Equal("integer", schemas["Job"]!["properties"]!["candidatesLeft"]!["type"]!.ToString());

        IEnumerable<string> Required(string schema) => schemas[schema]!["required"]?.AsArray().Select(member => member!.ToString()) ?? [];
    }

    [Fact]
    public async Task Health_is_told_to_anybody_and_readiness_follows_the_cluster()
    {
        await using var host = await GatewayHost.StartAsync();
        Assert.Equal(200, (await host.GetAsync("/health/live", null)).Status);
        Assert.Equal(200, (await host.GetAsync("/health/ready", null)).Status);

        host.Jobs.Ping = () => Task.FromException(new TimeoutException());

        // What was said is repeated for half a second.
        await Eventually.TrueAsync(async () => (await host.GetAsync("/health/ready", null)).Status == 503, "the gateway is not ready");
        Assert.Equal(200, (await host.GetAsync("/health/live", null)).Status);
    }

    [Fact]
    public async Task However_many_ask_whether_it_is_ready_the_cluster_is_asked_twice_a_second_at_most()
    {
        await using var host = await GatewayHost.StartAsync();
        var pings = 0;
        host.Jobs.Ping = () =>
        {
            Interlocked.Increment(ref pings);
            return Task.CompletedTask;
        };
        var startedAt = Stopwatch.GetTimestamp();

        for (var i = 0; i < 50; i++) Assert.Equal(200, (await host.GetAsync("/health/ready", null)).Status);

        Assert.InRange(pings, 1, 1 + (int)(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds / 500));
    }

    private static JsonNode Resolve(JsonNode document, JsonNode schema) =>
        schema["$ref"]?.ToString() is { } reference ? document["components"]!["schemas"]![reference.Split('/')[^1]]! : schema;

    private static async Task<Answer> FollowAsync(GatewayHost host, string address)
    {
        var answer = await host.GetAsync(address, null, ("Accept", "text/html"));
        return answer.Status is 301 or 302 ? await host.GetAsync(answer.Header("Location")!, null, ("Accept", "text/html")) : answer;
    }

    [GeneratedRegex("(?:src|<link[^>]*href)=\"([^\"]+)\"")]
    private static partial Regex Loads();
}
