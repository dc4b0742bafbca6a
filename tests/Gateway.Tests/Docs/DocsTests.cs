using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using JobRequests.Domain;
using JobRequests.Gateway.Docs;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Tests.Docs.Generated;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Gateway.Tests.Idempotency.Redis;

namespace JobRequests.Gateway.Tests.Docs;

public sealed partial class DocsTests
{
    [Fact]
    public async Task Every_problem_type_has_pages_for_people_and_programs()
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
            Assert.Equal(
                200, (await host.GetAsync(new Uri(new Uri("http://x" + (address == "/docs" ? "/docs/" : address)), source).PathAndQuery, null)).Status);
    }

    [Fact]
    public async Task The_page_of_keys_publishes_the_settings_in_use()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:ClockTolerance", "00:00:07"), ("Gateway:IdempotencyCacheRetention", "12:00:00"));

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
                "/v1/admin/dead-letters", "/v1/admin/dead-letters/replay", "/v1/admin/status", "/v1/admin/verify", "/v1/admin/views/rebuild",
                "/v1/events",
                "/v1/job-requests", "/v1/job-requests/bulk", "/v1/job-requests/counts",
                "/v1/job-requests/{id}", "/v1/job-requests/{id}/accept", "/v1/job-requests/{id}/amend", "/v1/job-requests/{id}/assign",
                "/v1/job-requests/{id}/cancel", "/v1/job-requests/{id}/confirm", "/v1/job-requests/{id}/decline", "/v1/job-requests/{id}/events",
                "/v1/job-requests/{id}/finish", "/v1/job-requests/{id}/history", "/v1/job-requests/{id}/release",
                "/v1/job-requests/{id}/start", "/v1/job-requests/{id}/tasks/{task}/finish",
                "/v1/job-requests/{id}/timeline",
                "/v1/job-requests/{id}/withdraw", "/v1/requests/{key}",
                "/v1/requests/{key}/explain", "/v1/requests/{key}/timeline", "/v1/stats",
            ],
            document["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal));
        Assert.Equal("bearer", document["components"]!["securitySchemes"]!["bearer"]!["scheme"]!.ToString());
        Assert.NotEmpty(document["security"]!.AsArray());
    }

    [Fact]
    public async Task The_OpenAPI_document_shows_every_problem_of_a_command()
    {
        await using var host = await GatewayHost.StartAsync();

        var document = (await host.GetAsync("/openapi/v1.json", null)).Json;
        var command = document["paths"]!["/v1/job-requests/{id}/decline"]!["post"]!;

        Assert.Equal(["id", "Idempotency-Key", "Prefer", "If-Match", "Request-Deadline", "dryRun"], command["parameters"]!.AsArray()
            .Select(parameter => parameter!["name"]!.ToString()));
        Assert.Equal("on holiday", command["requestBody"]!["content"]!["application/json"]!["example"]!["reason"]!.ToString());
        Assert.NotNull(Resolve(document, command["requestBody"]!["content"]!["application/json"]!["schema"]!)["properties"]!["reason"]);
        foreach (var status in new[] { "200", "202" })
            Assert.Equal("#/components/schemas/CommandAnswer", command["responses"]![status]!["content"]!["application/json"]!["schema"]!["$ref"]!.ToString());
        var examples = command["responses"]!.AsObject()
            .SelectMany(response => response.Value!["content"]?["application/problem+json"]?["examples"]?.AsObject().Select(example => example.Key) ?? [])
                .ToHashSet();
        Assert.All(OperationProblems.OfCommand(CommandRoute.Find(Operations.Decline)!), type => Assert.Contains(type.Name, examples));
        Assert.NotNull(command["responses"]!["202"]!["content"]!["application/json"]!["examples"]!["decision-timeout"]);
    }

    [Fact]
    public async Task A_member_that_can_be_missing_is_not_required()
    {
        await using var host = await GatewayHost.StartAsync();

        var schemas = (await host.GetAsync("/openapi/v1.json", null)).Json["components"]!["schemas"]!;

        Assert.Equal(["outcome", "jobRequestId", "version", "requestKey", "replayed"], Required("CommandSuccess"));
        Assert.DoesNotContain("candidatesLeft", Required("Job"));
        Assert.Contains("acceptedBy", Required("Job"));
        Assert.Empty(Required("JobEventData"));
        Assert.Equal(["advice", "outcomeKnown"], Required("RetryRules"));
        Assert.Equal(["id", "name"], Required("NewJobTask"));
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
    public async Task Readiness_asks_the_cluster_at_most_twice_a_second()
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

    [Fact]
    public async Task Every_text_in_the_document_has_a_form()
    {
        await using var host = await GatewayHost.StartAsync();
        var schemas = (await host.GetAsync("/openapi/v1.json", null)).Json["components"]!["schemas"]!.AsObject();

        var unknown = schemas.SelectMany(static schema => (schema.Value!["properties"]?.AsObject() ?? [])
            .Select(member => (Owner: schema.Key, Word: member.Key, Schema: member.Value!["items"] ?? member.Value)))
            .Where(static member => member.Schema!["type"]?.ToJsonString().Contains("string") == true
                && member.Schema["format"] is null
                && Vocabulary.Find(member.Owner, member.Word) is null)
            .Select(static member => $"{member.Owner}.{member.Word}");

        // A new word belongs into the vocabulary.
        Assert.Empty(unknown);
    }

    [Fact]
    public async Task Names_in_the_document_clash_with_no_language()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = (await host.GetAsync("/openapi/v1.json", null)).Json;

        var operations = ApiOperation.AllOf(document).Select(static operation => operation.Id).ToList();
        var names = document["components"]!["schemas"]!.AsObject().Select(static schema => schema.Key).ToList();

        Assert.All(operations, static id => Assert.Matches("^[a-z]+[A-Z][A-Za-z]+$", id));
        Assert.Equal(operations.Count, operations.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var taken = AppDomain.CurrentDomain.GetAssemblies().Where(static assembly => assembly.GetName().Name!.StartsWith("System.", StringComparison.Ordinal))
            .SelectMany(static assembly => assembly.GetExportedTypes())
                .Where(static type => type.Namespace is "System" or "System.Collections.Generic" or "System.IO" or "System.Linq" or "System.Net.Http"
                    or "System.Threading" or "System.Threading.Tasks")
            .Select(static type => type.Name)
                .Concat(["Event", "Request", "Response", "Location", "History", "Lock", "Step", "Record", "Partial", "Object", "Error", "Map", "Set"])
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(names, taken.Contains);
    }

    [Fact]
    public async Task Every_example_is_as_its_schema_says()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = (await host.GetAsync("/openapi/v1.json", null)).Json;
        var schemas = new SchemaCheck(document);

        foreach (var operation in ApiOperation.AllOf(document))
        {
            if (operation.Node["requestBody"]?["content"]?["application/json"]?["example"] is { } sent)
                Assert.Empty(schemas.WhatIsWrong(sent, operation.BodySchema!));
            foreach (var (status, response) in operation.Responses)
                foreach (var (_, content) in response!["content"]?.AsObject() ?? [])
                {
                    Assert.True(content!["examples"]?.AsObject().Count > 0, $"{operation.Id} has no example of {status}.");
                    foreach (var (name, example) in content["examples"]!.AsObject())
                        Assert.Empty(schemas.WhatIsWrong(example!["value"], content["schema"]!).Select(error => $"{operation.Id} {status} {name}: {error}"));
                }
        }
    }

    [Fact]
    public async Task No_parameter_has_a_value_that_was_made_up()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = (await host.GetAsync("/openapi/v1.json", null)).Json;

        // A page that tries requests out sends examples as they are.
        Assert.All(ApiOperation.AllOf(document)
            .SelectMany(static operation => operation.Parameters), static parameter =>
                Assert.True(parameter["example"] is null && parameter["examples"] is null));
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
