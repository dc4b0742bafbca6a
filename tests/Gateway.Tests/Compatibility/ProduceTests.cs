using JobRequests.Domain;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Compatibility;

public sealed class ProduceTests
{
    private const string Create =
        """{"eventId":"createJobRequest","requestId":"r1","cleaners":["ann","bob"],"tasks":[{"id":"t1","name":"windows","done":false}]}""";
    private const string Accept = $$"""{"eventId":"accepteJobRequest","requestId":"r2","jobRequestId":"{{Http.Job}}","cleanerId":"ann"}""";
    private const string Decline = $$"""{"eventId":"declineJobRequest","requestId":"r3","jobRequestId":"{{Http.Job}}","cleanerId":"bob"}""";

    [Fact]
    public async Task A_create_is_answered_as_the_first_design_did()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await ProduceAsync(host, Create);

        var job = JobRequestId.Derive("article", "r1");
        Assert.Equal(200, answer.Status);
        Assert.Equal(("@1795392000", "</docs>; rel=\"successor-version\""), (answer.Header("Deprecation"), answer.Header("Link")));
        Assert.Equal(
            """{"ok":true,"remoteCallResult":{"res":"SUCCESS","doc":{"jobRequestId":"JOB","cleaners":["ann","bob"],"tasks":[{"id":"t1","name":"windows","done":false}],"answers":{}}}}""".Replace("JOB", job),
            answer.Text);
        var command = host.Jobs.Submitted.Single();
        Assert.Equal((new Caller("article", false), "r1", job), (command.Caller, command.Key, command.JobRequestId));
    }

    [Fact]
    public async Task An_accept_names_the_winner()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = command =>
            new JobRequestReply.Succeeded(
                2, Snapshots.Job(command.JobRequestId) with { AcceptedBy = "ann", Candidates = [new CandidateSnapshot("ann", "Accepted")] }, false);

        var answer = await ProduceAsync(host, Accept);

        Assert.Equal("ann", answer.Json["remoteCallResult"]!["doc"]!["acceptedCleaner"]!.ToString());
        Assert.Equal("""{"ann":"accepted"}""", answer.Json["remoteCallResult"]!["doc"]!["answers"]!.ToJsonString());
        Assert.Equal(new Caller("ann", false), host.Jobs.Submitted.Single().Caller);
    }

    [Theory]
    [InlineData("ALREADY_ACCEPTED", "JOB_ALREADY_ACCEPTED")]
    [InlineData("ALREADY_ANSWERED", "YOU_ALREADY_ANSWERED")]
    [InlineData("JOB_CLOSED", "JOB_CLOSED")]
    [InlineData("DEADLINE_PASSED", "DEADLINE_PASSED")]
    public async Task A_FAIL_has_the_code_of_the_first_design(string code, string error)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected(code, 2, false, null);

        var answer = await ProduceAsync(host, Decline);

        Assert.Equal(200, answer.Status);
        Assert.Equal($$"""{"ok":false,"error":"{{error}}"}""", answer.Text);
    }

    [Fact]
    public async Task An_unknown_job_and_a_stranger_get_the_same_answer()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.NotFound();

        var stranger = await ProduceAsync(host, Accept);
        var malformed = await ProduceAsync(host, Accept.Replace(Http.Job, "abc"));

        Assert.Equal("""{"ok":false,"error":"NOT_FOUND"}""", stranger.Text);
        Assert.Equal(stranger.Text, malformed.Text);
        Assert.Equal(200, stranger.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"eventId":"finishJobRequest","requestId":"r1"}""")]
    [InlineData("""{"eventId":"createJobRequest","cleaners":["ann"],"tasks":[]}""")]
    [InlineData("""{"eventId":"createJobRequest","requestId":"a b","cleaners":["ann"],"tasks":[]}""")]
    [InlineData("""{"eventId":"createJobRequest","requestId":"r1","cleaners":["ann"]}""")]
    [InlineData("""{"eventId":"createJobRequest","requestId":"r1","cleaners":["$x"],"tasks":[]}""")]
    [InlineData("""{"eventId":"accepteJobRequest","requestId":"r1","cleanerId":"ann"}""")]
    [InlineData($$"""{"eventId":"accepteJobRequest","requestId":"r1","jobRequestId":"{{Http.Job}}"}""")]
    [InlineData($$"""{"eventId":"accepteJobRequest","requestId":"r1","jobRequestId":"{{Http.Job}}","cleanerId":"a:b"}""")]
    public async Task An_invalid_event_is_200_EVENT_NOT_VALID(string body)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await ProduceAsync(host, body);

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"ok":false,"error":"EVENT_NOT_VALID"}""", answer.Text);
        Assert.Empty(host.Jobs.Submitted);
    }

    [Fact]
    public async Task Large_bodies_and_reused_keys_are_EVENT_NOT_VALID()
    {
        await using var host = await GatewayHost.StartAsync();
        await ProduceAsync(host, Create);

        Assert.Equal("EVENT_NOT_VALID", (await ProduceAsync(host, Create.Replace("windows", new string('w', 70_000))))["error"]);
        Assert.Equal("EVENT_NOT_VALID", (await ProduceAsync(host, Create.Replace("windows", "doors")))["error"]);
    }

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer()
    {
        await using var host = await GatewayHost.StartAsync();

        var first = await ProduceAsync(host, Create);

        Assert.Equal(first.Text, (await ProduceAsync(host, Create)).Text);
        Assert.Single(host.Jobs.Submitted);
    }

    [Fact]
    public async Task A_timeout_is_200_REMOTE_CALL_TIMEOUT()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:DefaultWait", "00:00:00.2"));
        host.Jobs.Decide = _ => null;

        var answer = await ProduceAsync(host, Accept);

        Assert.Equal(200, answer.Status);
        Assert.Equal("REMOTE_CALL_TIMEOUT", answer["error"]);
    }

    [Fact]
    public async Task Overload_and_quota_keep_their_status()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:CallerRate", "1"), ("Gateway:CallerBurst", "1"));
        host.Jobs.Submit = _ => Task.FromException(new Gateway.JobRequests.NotEnqueuedException(new InvalidOperationException("full")));

        var overloaded = await ProduceAsync(host, Accept);
        var quota = await ProduceAsync(host, Accept);

        Assert.Equal((503, "OVERLOADED"), (overloaded.Status, overloaded["error"]));
        Assert.Equal((429, "QUOTA_EXCEEDED"), (quota.Status, quota["error"]));
        Assert.NotNull(overloaded.Header("Retry-After"));
        Assert.NotNull(quota.Header("Retry-After"));
    }

    private static Task<Answer> ProduceAsync(GatewayHost host, string body) => host.SendAsync(HttpMethod.Post, "/produce", body, person: null);
}
