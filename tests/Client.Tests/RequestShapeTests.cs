using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

public sealed class RequestShapeTests
{
    public static TheoryData<string, string, string> Commands => new()
    {
        { Operation.Accept, "/v1/job-requests/j1/accept", "{}" },
        { Operation.Decline, "/v1/job-requests/j1/decline", """{"reason":"busy"}""" },
        { Operation.Withdraw, "/v1/job-requests/j1/withdraw", "{}" },
        { Operation.Cancel, "/v1/job-requests/j1/cancel", """{"reason":"rain"}""" },
        { Operation.Assign, "/v1/job-requests/j1/assign", """{"candidate":"bob"}""" },
        { Operation.Release, "/v1/job-requests/j1/release", """{"reason":"ill"}""" },
        { Operation.Start, "/v1/job-requests/j1/start", "{}" },
        { Operation.FinishTask, "/v1/job-requests/j1/tasks/a%2Fb%20c/finish", "{}" },
        { Operation.Finish, "/v1/job-requests/j1/finish", "{}" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Each_command_has_its_route_and_body(string operation, string target, string body)
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Success());

        await (operation switch
        {
            Operation.Accept => test.Client.AcceptAsync("j1"),
            Operation.Decline => test.Client.DeclineAsync("j1", "busy"),
            Operation.Withdraw => test.Client.WithdrawAsync("j1"),
            Operation.Cancel => test.Client.CancelAsync("j1", "rain"),
            Operation.Assign => test.Client.AssignAsync("j1", "bob"),
            Operation.Release => test.Client.ReleaseAsync("j1", "ill"),
            Operation.Start => test.Client.StartAsync("j1"),
            Operation.FinishTask => test.Client.FinishTaskAsync("j1", "a/b c"),
            _ => test.Client.FinishAsync("j1"),
        });

        var sent = Assert.Single(test.Gateway.Seen);
        Assert.Equal(
            ("POST", target, body), (sent.Method, Uri.UnescapeDataString(sent.Target) == Uri.UnescapeDataString(target) ? target : sent.Target, sent.Body));
        Assert.Equal("application/json; charset=utf-8", sent["Content-Type"]);
    }

    [Fact]
    public async Task A_create_leaves_out_what_is_not_given()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Success(), Answer.Success());

        await test.Client.CreateAsync(new NewJob { Candidates = ["ann", "bob"], Tasks = [new("t1", "windows")] });
        await test.Client.CreateAsync(
            new NewJob { Candidates = ["ann"], Title = "roof", ExpiresAt = new DateTimeOffset(2026, 11, 23, 18, 0, 0, TimeSpan.Zero) });

        Assert.Equal("/v1/job-requests", test.Gateway.Seen[0].Target);
        Assert.Equal("""{"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"}]}""", test.Gateway.Seen[0].Body);
        Assert.Equal("""{"candidates":["ann"],"tasks":[],"title":"roof","expiresAt":"2026-11-23T18:00:00+00:00"}""", test.Gateway.Seen[1].Body);
    }

    [Fact]
    public async Task A_create_sends_its_details()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Success());
        var starts = new DateTimeOffset(2026, 11, 23, 18, 0, 0, TimeSpan.Zero);

        await test.Client.CreateAsync(new NewJob
        {
            Candidates = ["ann"],
            Description = "all",
            Place = new JobPlace("Quay", 1.5, -2),
            StartsAt = starts,
            EndsAt = starts.AddHours(1),
            Instructions = "code",
            Metadata = new Dictionary<string, string> { ["team"] = "night" },
        });

        Assert.Equal(
            """{"candidates":["ann"],"tasks":[],"description":"all","place":{"text":"Quay","latitude":1.5,"longitude":-2},"startsAt":"2026-11-23T18:00:00+00:00","endsAt":"2026-11-23T19:00:00+00:00","instructions":"code","metadata":{"team":"night"}}""",
            test.Gateway.Seen[0].Body);
    }

    [Fact]
    public async Task Key_token_wait_version_and_deadline_travel_as_headers()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Success());

        await test.Client.AcceptAsync("j1", new CommandOptions
        {
            Key = "my-key_1",
            IfMatch = 7,
            Wait = TimeSpan.FromSeconds(5),
            ExecuteBefore = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.FromHours(1)),
        });

        var sent = Assert.Single(test.Gateway.Seen);
        Assert.Equal("my-key_1", sent.Key);
        Assert.Equal("Bearer dev-ann", sent["Authorization"]);
        Assert.Equal("wait=5", sent["Prefer"]);
        Assert.Equal("\"7\"", sent["If-Match"]);
        Assert.Equal("2026-11-23T11:00:00.000Z", sent["Request-Deadline"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ü")]
    [InlineData("a:b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task A_malformed_key_is_not_sent(string key)
    {
        await using var test = await ClientUnderTest.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => test.Client.AcceptAsync("j1", new CommandOptions { Key = key }));
        Assert.Empty(test.Gateway.Seen);
    }

    [Fact]
    public void New_keys_are_valid_and_differ()
    {
        var keys = Enumerable.Range(0, 1000).Select(_ => IdempotencyKey.New()).ToList();

        Assert.All(keys, key => Assert.True(IdempotencyKey.IsValid(key)));
        Assert.Equal(1000, keys.Distinct().Count());
    }

    [Fact]
    public async Task The_services_address_may_have_a_path()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success());
        using var http = new HttpClient();
        var client = new JobRequestsClient(http, new JobRequestsClientOptions { BaseAddress = new Uri(gateway.Address, "/jobs/") });

        await client.AcceptAsync("j1");

        Assert.Equal("/jobs/v1/job-requests/j1/accept", Assert.Single(gateway.Seen).Target);
    }

    [Fact]
    public async Task The_trace_goes_on_into_the_service()
    {
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) =>
                System.Diagnostics.ActivitySamplingResult.AllData,
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        await using var test = await ClientUnderTest.StartAsync(Answer.Success());

        await test.Client.AcceptAsync("j1");

        Assert.StartsWith("00-", Assert.Single(test.Gateway.Seen)["traceparent"]);
    }
}
