using System.Text;
using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Requests;

/// <summary>Bodies, ids, conditions and times, as other programs send them.</summary>
public sealed class HttpDetailTests(BadInputTests.Fixture fixture) : IClassFixture<BadInputTests.Fixture>
{
    private const string Create = "/v1/job-requests";
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    public async Task A_compressed_body_is_415_and_says_what_is_taken(string coding)
    {
        var answer = await SendAsync(Create, Http.Create, ("Content-Encoding", coding));

        Assert.Equal((415, "unsupported-media-type", "identity"), (answer.Status, answer.ProblemType, answer.Header("Accept-Encoding")));
        Assert.Contains("compressed", answer["detail"]);
    }

    [Fact]
    public async Task A_byte_order_mark_is_refused_in_words()
    {
        var answer = await SendAsync(Create, "\ufeff" + Http.Create);

        Assert.Equal(400, answer.Status);
        Assert.Contains("byte order mark", answer["detail"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task Null_is_as_good_as_no_body(string? body)
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal(200, (await host.PostAsync(Accept, body, "ann")).Status);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n")]
    public async Task An_empty_body_needs_no_type(string end)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendRawAsync(
            $"POST {Accept} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer dev-ann\r\nIdempotency-Key: k1\r\n{end}");

        Assert.StartsWith("HTTP/1.1 200", answer);
    }

    [Fact]
    public async Task An_id_in_upper_case_is_the_same_job()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.PostAsync($"/v1/job-requests/{Http.Job.ToUpperInvariant()}/accept", null, "ann");
        var state = await host.GetAsync($"/v1/requests/k1?job={Http.Job.ToUpperInvariant()}&op=accept", "ann");

        Assert.Equal((200, Http.Job), (answer.Status, answer["jobRequestId"]));
        Assert.Equal("DECIDED", state["state"]);
        Assert.Equal(Http.Job, host.Jobs.Submitted.Single().JobRequestId);
    }

    [Theory]
    [InlineData("*", null)]
    [InlineData("\"7\"", 7)]
    [InlineData("\"7\", W/\"9\"", 7)]
    [InlineData("\"7\",, \"7\"", 7)]
    public async Task If_Match_takes_any_version_and_lists_of_one(string header, int? version)
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal(200, (await host.PostAsync(Accept, null, "ann", "k1", ("If-Match", header))).Status);
        Assert.Equal(version, host.Jobs.Submitted.Single().IfMatch);
    }

    [Theory]
    [InlineData("2030-01-01T10:00Z")]
    [InlineData("2030-01-01 10:00:00Z")]
    [InlineData("2030-01-01T10:00:00")]
    [InlineData("2030-01-01T10:00:00+01")]
    [InlineData("01/02/2030")]
    public async Task A_time_of_another_form_is_refused_in_words(string time)
    {
        var header = await fixture.Host.PostAsync(Accept, null, "ann", "k1", ("Request-Deadline", time));
        var body = await fixture.Host.PostAsync(Create, $$"""{"candidates":["ann"],"tasks":[],"expiresAt":"{{time}}"}""");

        foreach (var answer in new[] { header, body })
        {
            Assert.Equal(400, answer.Status);
            Assert.Contains("RFC 3339", answer["detail"]);
        }
    }

    [Theory]
    [InlineData("-01-01T10:00:00Z")]
    [InlineData("-01-01t10:00:00.5z")]
    [InlineData("-01-01T10:00:00.123456789+02:00")]
    public async Task Every_form_of_RFC_3339_is_a_time(string rest)
    {
        await using var host = await GatewayHost.StartAsync();
        var time = $"{DateTimeOffset.UtcNow.Year + 1}{rest}";

        Assert.Equal(201, (await host.PostAsync(Create, $$"""{"candidates":["ann"],"tasks":[],"expiresAt":"{{time}}"}""")).Status);
    }

    private async Task<Answer> SendAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer dev-zoe");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "k1");
        foreach (var (name, value) in headers) request.Content.Headers.TryAddWithoutValidation(name, value);
        return await fixture.Host.SendAsync(request);
    }
}
