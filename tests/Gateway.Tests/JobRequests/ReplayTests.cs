using JobRequests.Domain;
using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.JobRequests;

public sealed class ReplayTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";
    private const string Decline = $"/v1/job-requests/{Http.Job}/decline";

    [Fact]
    public async Task A_repeat_gets_the_first_answer_unpublished()
    {
        await using var host = await GatewayHost.StartAsync();

        var first = await host.PostAsync("/v1/job-requests", Http.Create);
        var second = await host.PostAsync("/v1/job-requests", Http.Create);

        Assert.Equal(201, second.Status);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal("true", second["replayed"]);
        Assert.Equal(first.Text.Replace("\"replayed\":false", "\"replayed\":true"), second.Text);
        Assert.Single(host.Jobs.Submitted);
    }

    [Fact]
    public async Task A_repeat_of_a_FAIL_is_marked_as_one()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected("ALREADY_ACCEPTED", 2, false, null);
        await host.PostAsync(Accept, "{}", "ann");

        var second = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(409, second.Status);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Single(host.Jobs.Submitted);
    }

    [Fact]
    public async Task The_job_answers_a_repeat_its_gateway_forgot()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:IdempotencyCacheCapacity", "0"));

        await host.PostAsync("/v1/job-requests", Http.Create);
        var second = await host.PostAsync("/v1/job-requests", Http.Create);

        Assert.Equal(201, second.Status);
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal(2, host.Jobs.Submitted.Count);
    }

    [Fact]
    public async Task A_decided_key_with_another_payload_is_422()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.PostAsync(Decline, """{"reason":"ill"}""", "ann");

        var answer = await host.PostAsync(Decline, """{"reason":"on holiday"}""", "ann");

        Assert.Equal(422, answer.Status);
        Assert.Equal("idempotency-key-reused", answer.ProblemType);
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.Equal("new-key", answer.Json["retry"]!["advice"]!.ToString());
        Assert.Single(host.Jobs.Submitted);
    }

    [Fact]
    public async Task A_key_names_one_request_a_caller_and_job()
    {
        await using var host = await GatewayHost.StartAsync();

        await host.PostAsync(Accept, "{}", "ann");
        await host.PostAsync(Accept, "{}", "bob");
        await host.PostAsync(Decline, "{}", "ann");
        await host.PostAsync("/v1/job-requests/6f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11/accept", "{}", "ann");

        Assert.Equal(4, host.Jobs.Submitted.Count);
    }

    [Theory]
    [InlineData("JOB_CLOSED")]
    [InlineData("DEADLINE_PASSED")]
    public async Task The_cache_keeps_only_recorded_outcomes(string code)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected(code, 2, false, null);

        await host.PostAsync(Accept, "{}", "ann");
        await host.PostAsync(Accept, "{}", "ann");

        // The job was asked by each of them, through the log or, once it is known to be closed, without.
        Assert.Equal(2, host.Jobs.Asked.Select(asked => asked.Query.ReceivedAt).Distinct().Count());
    }

    [Fact]
    public async Task Answers_to_administrators_are_not_cached()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected("NOT_ALLOWED", 2, false, null);

        await host.PostAsync(Accept, "{}", "admin");
        await host.PostAsync(Accept, "{}", "admin");

        Assert.Equal(2, host.Jobs.Submitted.Count);
    }

    [Fact]
    public async Task A_duplicate_in_flight_gets_the_same_answer()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, release) = await StartUndecidedAsync(host);

        var second = host.PostAsync(Accept, "{}", "ann");
        await UntilAskedAsync(host, 2);
        release();

        Assert.Equal(200, (await first).Status);
        Assert.Equal("false", (await first)["replayed"]);
        Assert.Equal(200, (await second).Status);
        Assert.Equal("true", (await second)["replayed"]);
        Assert.Single(host.Jobs.Submitted);
    }

    [Fact]
    public async Task A_joined_duplicate_never_claims_to_be_enqueued()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, release) = await StartUndecidedAsync(host);

        var second = await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", "wait=1"));
        release();

        Assert.Equal(202, second.Status);
        Assert.Equal("outcome-unknown", second.ProblemType);
        Assert.Equal("unknown", second["enqueued"]);
        Assert.Equal(200, (await first).Status);
    }

    [Fact]
    public async Task A_strict_duplicate_in_flight_is_refused()
    {
        await using var host = await GatewayHost.StartAsync();
        var (first, release) = await StartUndecidedAsync(host);

        var second = await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", "handling=strict"));
        release();
        await first;

        Assert.Equal(409, second.Status);
        Assert.Equal("request-in-progress", second.ProblemType);
        Assert.Equal("TIMEOUT", second["outcome"]);
        Assert.Equal("same-key", second.Json["retry"]!["advice"]!.ToString());
        Assert.Equal("false", second.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.Equal("handling=strict", second.Header("Preference-Applied"));
        Assert.Single(host.Jobs.Submitted);
    }

    [Fact]
    public async Task Another_payload_in_flight_is_decided_by_the_job()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = command => command.Command is JobRequestCommand.Decline { Reason: "ill" } ? null : new JobRequestReply.KeyReused(false);
        var first = host.PostAsync(Decline, """{"reason":"ill"}""", "ann", "k1", ("Prefer", "wait=1"));
        await UntilAskedAsync(host, 1);

        var second = await host.PostAsync(Decline, """{"reason":"on holiday"}""", "ann");

        Assert.Equal(422, second.Status);
        Assert.Equal(2, host.Jobs.Submitted.Count);
        await first;
    }

    [Fact]
    public async Task A_TIMEOUT_is_never_remembered_so_the_repeat_is_published()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => null;
        await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", "respond-async"));
        host.Jobs.Decide = _ => new JobRequestReply.Succeeded(2, null, false);

        var second = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(200, second.Status);
        Assert.Equal(2, host.Jobs.Submitted.Count);
    }

    [Fact]
    public async Task No_answer_leaves_a_command_in_flight()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:DefaultWait", "00:00:00.1"));
        JobRequestReply?[] replies = [null, new JobRequestReply.NotFound(), new JobRequestReply.TooManyAttempts(), new JobRequestReply.KeyReused(false),
            new JobRequestReply.Rejected("JOB_CLOSED", 1, false, null)];
        foreach (var reply in replies)
        {
            host.Jobs.Decide = _ => reply;
            await host.PostAsync(Accept, "{}", "ann", "k" + Array.IndexOf(replies, reply));
        }

        Assert.Equal(0, host.App.Services.GetRequiredService<Admission>().InFlight);
        Assert.Equal(0, ((InMemoryIdempotencyCache)host.App.Services.GetRequiredService<IIdempotencyCache>()).Count);
    }

    [Theory]
    [InlineData("expiresAt", "2020-01-01T00:00:00Z")]
    [InlineData("Request-Deadline", "2020-01-01T00:00:00Z")]
    [InlineData("expiresAt", "9999-12-31T23:59:59.999Z")]
    [InlineData("Request-Deadline", "9999-12-31T23:59:59.999Z")]
    [InlineData("Request-Deadline", "2040-01-01T00:00:00Z")]
    public async Task A_time_out_of_range_is_refused_after_repeats(string field, string time)
    {
        await using var host = await GatewayHost.StartAsync();
        var body = field == "expiresAt" ? Http.Create.Replace("}]}", $$"""}],"expiresAt":"{{time}}"}""") : Http.Create;
        (string, string)[] headers = field == "Request-Deadline" ? [("Request-Deadline", time)] : [];

        var refused = await host.PostAsync("/v1/job-requests", body, "zoe", "k1", headers);
        Assert.Equal(400, refused.Status);
        Assert.Equal("validation", refused.ProblemType);
        Assert.Equal([field], refused.WrongFields);
        Assert.Equal(TimeSpan.Zero, Assert.Single(host.Jobs.Asked).Wait);
        Assert.Empty(host.Jobs.Submitted);

        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.Succeeded(1, null, true));
        var replayed = await host.PostAsync("/v1/job-requests", body, "zoe", "k1", headers);
        Assert.Equal(201, replayed.Status);
        Assert.Equal("true", replayed.Header("Idempotency-Replayed"));
        Assert.Empty(host.Jobs.Submitted);
    }

    [Fact]
    public async Task A_late_repeat_without_its_job_is_503()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (_, _, _) => Task.FromException<JobRequestReply>(new TimeoutException());

        var answer = await host.PostAsync("/v1/job-requests", Http.Create, "zoe", "k1", ("Request-Deadline", "2020-01-01T00:00:00Z"));

        Assert.Equal(503, answer.Status);
        Assert.Equal("unavailable", answer.ProblemType);
    }

    private static async Task<(Task<Answer> First, Action Release)> StartUndecidedAsync(GatewayHost host)
    {
        var release = new TaskCompletionSource();
        host.Jobs.Submit = _ => release.Task;
        var first = host.PostAsync(Accept, "{}", "ann");
        await UntilAskedAsync(host, 1);
        return (first, release.SetResult);
    }

    private static async Task UntilAskedAsync(GatewayHost host, int questions)
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (host.Jobs.Asked.Count < questions)
        {
            waitLimit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
