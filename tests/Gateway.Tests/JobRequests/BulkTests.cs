using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.JobRequests;

/// <summary>Many creates in one call.</summary>
public sealed class BulkTests
{
    private const string Bulk = "/v1/job-requests/bulk";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Each_line_is_decided_by_itself_and_answered_in_order()
    {
        await using var host = await GatewayHost.StartAsync();
        var lines = Lines(1_000);
        lines[499] = """{"candidates":["ann"],"tasks":[}""";
        lines[500] = """{"candidates":["ann","ann"],"tasks":[]}""";
        lines[501] = "";
        lines[502] = """{"candidates":["ann"],"tasks":[],"requestId":"k"}""";
        lines[503] = $$"""{"candidates":["ann"],"tasks":[],"description":"{{new string('x', 70_000)}}"}""";

        var answer = await PostAsync(host, lines);

        Assert.Equal((200, "application/x-ndjson", "k1"), (answer.Status, answer.ContentHeaders.ContentType?.MediaType, answer.Header("Idempotency-Key")));
        var told = Answers(answer);
        Assert.Equal(Enumerable.Range(1, 1_000), told.Select(line => (int)line["line"]!));
        Assert.Equal([500, 501, 502, 503, 504], told.Where(line => line["result"] is null).Select(line => (int)line["line"]!));
        Assert.Equal(
            ["400 VALIDATION ", "400 VALIDATION candidates[1]", "400 VALIDATION ", "400 VALIDATION requestId", "413 PAYLOAD_TOO_LARGE "],
            told.Where(line => line["problem"] is not null)
                .Select(line => $"{line["status"]} {line["problem"]!["code"]} {line["problem"]!["errors"]?[0]!["field"]}"));
        Assert.All(told.Where(line => line["result"] is not null),
            line => Assert.Equal((201, "SUCCESS"), ((int)line["status"]!, (string?)line["result"]!["outcome"])));
        Assert.Equal(995, told.Select(line => (string?)line["result"]?["jobRequestId"]).OfType<string>().Distinct().Count());
        Assert.Equal(995, host.Jobs.Submitted.Select(command => command.Key).Distinct().Count());
    }

    [Fact]
    public async Task The_same_call_again_gives_the_same_answers()
    {
        await using var host = await GatewayHost.StartAsync();
        var first = await PostAsync(host, Lines(3));

        var second = await PostAsync(host, [Lines(1)[0], Lines(2)[1].Replace("ann", "eve"), Lines(3)[2], Lines(4)[3]]);
        var otherKey = await PostAsync(host, Lines(1), key: "k2");

        var (before, after) = (Answers(first), Answers(second));
        Assert.Equal([false, false, false], before.Select(line => (bool)line["result"]!["replayed"]!));
        foreach (var index in new[] { 0, 2 })
            Assert.Equal(before[index].ToJsonString().Replace("\"replayed\":false", "\"replayed\":true"), after[index].ToJsonString());
        // Another create under the number of a line is another request under a used key.
        Assert.Equal((422, "IDEMPOTENCY_KEY_REUSED"), ((int)after[1]["status"]!, (string?)after[1]["problem"]!["code"]));
        Assert.False((bool)after[3]["result"]!["replayed"]!);
        Assert.NotEqual((string?)before[0]["result"]!["jobRequestId"], (string?)Answers(otherKey)[0]["result"]!["jobRequestId"]);
    }

    [Fact]
    public async Task An_overloaded_line_is_decided_by_the_next_call()
    {
        await using var host = await GatewayHost.StartAsync();
        var isFull = true;
        host.Jobs.Submit = command => isFull && ((Domain.JobRequestCommand.Create)command.Command).Title == "2"
            ? throw new NotEnqueuedException(new TimeoutException())
            : Task.CompletedTask;
        host.Jobs.GetOutcome = (job, query, wait) => Task.FromResult<JobRequestReply>(
            host.Jobs.Submitted.Any(command => command.Key == query.Key) && !(isFull && job == Refused(host))
                ? new JobRequestReply.Succeeded(1, null, Replayed: false)
                : new JobRequestReply.Pending());

        var first = Answers(await PostAsync(host, Lines(3)));
        isFull = false;
        var second = Answers(await PostAsync(host, Lines(3)));

        Assert.Equal([201, 503, 201], first.Select(line => (int)line["status"]!));
        Assert.Equal(("same-key", true), ((string?)first[1]["problem"]!["retry"]!["advice"], first[1]["problem"]!["retry"]!["afterMs"] is not null));
        Assert.Equal([201, 201, 201], second.Select(line => (int)line["status"]!));

        static string? Refused(GatewayHost host) => host.Jobs.Submitted
            .FirstOrDefault(command => ((Domain.JobRequestCommand.Create)command.Command).Title == "2")?.JobRequestId;
    }

    [Fact]
    public async Task Few_lines_of_a_call_are_in_flight_at_once()
    {
        await using var host = await GatewayHost.StartAsync();
        var release = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        var waiting = 0;
        host.Jobs.GetOutcome = async (_, _, _) =>
        {
            if (Interlocked.Increment(ref waiting) == 32) reached.SetResult();
            await release.Task;
            return new JobRequestReply.Succeeded(1, null, Replayed: false);
        };
        var call = PostAsync(host, Lines(100));
        await reached.Task.WaitAsync(Limit);
        host.Jobs.GetOutcome = null;

        Assert.Equal(201, (await host.PostAsync("/v1/job-requests", Http.Create, "ann")).Status);
        Assert.Equal(33, host.Jobs.Submitted.Count);
        release.SetResult();
        Assert.Equal(100, Answers(await call).Count(line => (int)line["status"]! == 201));
    }

    [Fact]
    public async Task A_call_that_is_wrong_as_a_whole_decides_nothing()
    {
        await using var host = await GatewayHost.StartAsync();
        foreach (var (answer, status, type) in new[]
        {
            (await PostAsync(host, Lines(1_001)), 400, "validation"),
            (await PostAsync(host, []), 400, "validation"),
            (await PostAsync(host, [.. Enumerable.Repeat(new string(' ', 65_000), 81)]), 413, "payload-too-large"),
            (await PostAsync(host, Lines(1), type: "application/json"), 415, "unsupported-media-type"),
            (await PostAsync(host, Lines(1), key: null), 400, "idempotency-key-missing"),
            (await PostAsync(host, Lines(1), key: "a b"), 400, "idempotency-key-malformed"),
            (await PostAsync(host, Lines(1), person: null), 401, "unauthenticated"),
            (await PostAsync(host, Lines(1), path: Bulk + "?dryRun=true"), 400, "validation"),
        })
        {
            Assert.Equal((status, type), (answer.Status, answer.ProblemType));
            Assert.Equal("application/problem+json", answer.ContentHeaders.ContentType?.MediaType);
        }

        Assert.Empty(host.Jobs.Submitted);
        Assert.Equal(200, (await PostAsync(host, [.. Enumerable.Repeat(new string(' ', 65_000), 80)])).Status);
    }

    [Fact]
    public async Task Each_line_costs_as_much_as_a_request()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:CallerBurst", "10"), ("Gateway:CallerRate", "1"));

        var first = await PostAsync(host, Lines(6));
        var beyond = await PostAsync(host, Lines(6), key: "k2");

        // Of ten, six for the lines, one for the second call, one for the question.
        Assert.Equal((200, "\"caller\";r=2", 429, "quota-exceeded"),
            (first.Status, (await host.GetAsync("/v1/job-requests", "zoe")).Header("RateLimit")![..12], beyond.Status, beyond.ProblemType));
        Assert.NotNull(beyond.Header("Retry-After"));
        Assert.Equal(6, host.Jobs.Submitted.Count);
    }

    private static List<string> Lines(int count) =>
        [.. Enumerable.Range(1, count).Select(number => $$"""{"candidates":["ann"],"tasks":[],"title":"{{number}}"}""")];

    private static List<JsonNode> Answers(Answer answer) =>
        [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static Task<Answer> PostAsync(
        GatewayHost host, IReadOnlyList<string> lines, string? key = "k1", string? person = "zoe", string type = "application/x-ndjson", string path = Bulk)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        // The refusal comes before the body is sent.
        request.Headers.ExpectContinue = request.Content.Headers.ContentLength > 1024 * 1024;
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (person is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer dev-" + person);
        return host.SendAsync(request);
    }
}
