using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

public sealed class ResumeTests
{
    private static PendingRequest Saved(string? instance = null) => new()
    {
        Key = "k1",
        Operation = Operation.Decline,
        Job = "j1",
        Payload = """{"reason":"busy"}""",
        Instance = instance,
        Caller = "dev-ann",
        Created = new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public async Task A_saved_request_with_a_status_route_asks_there_first()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Decided(Answer.SuccessBody()));
        await test.Store.SaveAsync(Saved("/v1/requests/k1?job=j1&op=decline&notAfter=1795"));

        Assert.IsType<CommandResult.Succeeded>(await test.Client.ResumeAsync(Saved("/v1/requests/k1?job=j1&op=decline&notAfter=1795")));

        Assert.Equal(("GET", "/v1/requests/k1?job=j1&op=decline&notAfter=1795"), (test.Gateway.Seen[0].Method, test.Gateway.Seen[0].Target));
        Assert.Null(await test.SavedAsync());
    }

    [Fact]
    public async Task A_saved_request_without_one_is_sent_as_it_was()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Success());

        Assert.IsType<CommandResult.Succeeded>(await test.Client.ResumeAsync(Saved()));

        var sent = Assert.Single(test.Gateway.Seen);
        Assert.Equal(("/v1/job-requests/j1/decline", "k1", """{"reason":"busy"}"""), (sent.Target, sent.Key, sent.Body));
    }

    [Fact]
    public async Task A_resumed_request_takes_no_refusal_for_an_answer()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(404, "JOB_REQUEST_NOT_FOUND"));
        await test.Store.SaveAsync(Saved());

        Assert.IsType<CommandResult.Pending>(await test.Client.ResumeAsync(Saved()));
        Assert.NotNull(await test.SavedAsync());
    }

    [Fact]
    public async Task A_certainly_unknown_job_ends_a_saved_request()
    {
        const string Instance = "/v1/requests/k1?job=j1&op=decline&notAfter=1795";
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Refused(404, "JOB_REQUEST_NOT_FOUND", outcomeKnown: false), Answer.Refused(404, "JOB_REQUEST_NOT_FOUND", outcomeKnown: true));
        await test.Store.SaveAsync(Saved(Instance));

        Assert.IsType<CommandResult.Pending>(await test.Client.ResumeAsync(Saved(Instance)));
        Assert.NotNull(await test.SavedAsync());
        Assert.Equal("JOB_REQUEST_NOT_FOUND", Assert.IsType<CommandResult.NotEnqueued>(await test.Client.ResumeAsync(Saved(Instance))).Code);

        Assert.Null(await test.SavedAsync());
        Assert.Equal(["GET", "GET"], test.Gateway.Seen.Select(request => request.Method));
    }

    [Fact]
    public async Task A_repeat_with_an_own_key_continues_the_call()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Timeout(), Answer.StatusUnknown(), Answer.Refused(404, "JOB_REQUEST_NOT_FOUND"));
        var options = new CommandOptions { Key = "k1", Wait = TimeSpan.Zero };
        await test.Client.AcceptAsync("j1", options);

        var sending = test.Client.AcceptAsync("j1", options with { Wait = TimeSpan.FromSeconds(30) });
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Pending>(await sending);
        Assert.Equal(["POST", "GET", "POST"], test.Gateway.Seen.Select(request => request.Method));
    }

    [Fact]
    public async Task A_reused_key_is_refused_without_forgetting_the_first()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Timeout(), Answer.Refused(422, "IDEMPOTENCY_KEY_REUSED"));
        await test.Client.DeclineAsync("j1", "busy", new CommandOptions { Key = "k1", Wait = TimeSpan.Zero });

        Assert.IsType<CommandResult.NotEnqueued>(await test.Client.DeclineAsync("j1", "ill", new CommandOptions { Key = "k1" }));

        Assert.Equal("""{"reason":"busy"}""", (await test.SavedAsync())?.Payload);
    }

    [Fact]
    public async Task A_resumed_request_without_a_service_stays_undecided()
    {
        var gone = await StubGateway.StartAsync();
        await gone.DisposeAsync();
        await using var test = ClientUnderTest.At(gone, options => options.GiveUpUnreachableAfter = TimeSpan.Zero);

        Assert.False(Assert.IsType<CommandResult.Pending>(await test.Client.ResumeAsync(Saved())).Reached);
    }

    [Fact]
    public async Task The_request_is_saved_before_it_is_sent()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Silence());
        using var cancellationToken = new CancellationTokenSource();

        var sending = test.Client.CreateAsync(new NewJob { Candidates = ["ann"] }, cancellationToken: cancellationToken.Token);
        var seen = await test.Gateway.ArrivalAsync();

        var saved = await test.SavedAsync();
        Assert.Equal((seen.Key, Operation.Create, seen.Body), (saved?.Key, saved?.Operation, saved?.Payload));
        await cancellationToken.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task The_details_of_a_timeout_are_saved()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Timeout(instance: "/v1/requests/k1?job=j1&op=accept&notAfter=1795"));

        await test.Client.AcceptAsync("j1", new CommandOptions { Key = "k1", Wait = TimeSpan.Zero });

        Assert.Equal("/v1/requests/k1?job=j1&op=accept&notAfter=1795", (await test.SavedAsync())?.Instance);
    }
}
