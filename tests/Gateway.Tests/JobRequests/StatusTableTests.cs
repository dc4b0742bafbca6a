using JobRequests.Domain;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.JobRequests;

/// <summary>The status table: what each outcome of a job looks like over HTTP.</summary>
public sealed class StatusTableTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    public static TheoryData<string> Rejected => [.. Rejections.All.Select(rejection => rejection.Code)];

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task A_rejection_is_a_problem_of_its_own_type(string code)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected(code, 2, false, null);

        var answer = await host.PostAsync(Accept, "{}", "bob", "k2");

        var rejection = Rejections.Find(code)!;
        Assert.Equal(rejection.Kind switch { RejectionKind.NotAllowed => 403, RejectionKind.PreconditionFailed => 412, _ => 409 }, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentHeaders.ContentType?.MediaType);
        Assert.Equal("/problems/" + code.ToLowerInvariant().Replace('_', '-'), answer["type"]);
        Assert.Equal(rejection.Title, answer["title"]);
        Assert.Equal(answer.Status.ToString(), answer["status"]);
        Assert.Equal(code, answer["code"]);
        Assert.Equal("FAIL", answer["outcome"]);
        Assert.Equal(Http.Job, answer["jobRequestId"]);
        Assert.Equal("2", answer["version"]);
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.Equal($"/v1/requests/k2?job={Http.Job}&op=accept"
            + host.Signed("bob", host.Jobs.Submitted.Single().NotAfter.ToUnixTimeMilliseconds(), key: "k2"), answer["instance"]);
        Assert.Matches("^[0-9a-f]{32}$", answer["traceId"]);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("k2", answer.Header("Idempotency-Key"));
    }

    [Fact]
    public async Task A_lost_race_has_the_documented_members_and_no_others()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected("ALREADY_ACCEPTED", 2, false, null);

        var answer = await host.PostAsync(Accept, "{}", "bob", "k2");

        Assert.Equal(
            ["type", "title", "status", "code", "outcome", "instance", "jobRequestId", "version", "retry", "traceId"],
            answer.Json.AsObject().Select(member => member.Key));
        Assert.Equal("""{"advice":"do-not","outcomeKnown":true}""", answer.Json["retry"]!.ToJsonString());
    }

    [Fact]
    public async Task A_version_mismatch_names_both_versions()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = command => new JobRequestReply.Rejected("VERSION_MISMATCH", 9, false, command.IfMatch);

        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("If-Match", "\"7\""));

        Assert.Equal(412, answer.Status);
        Assert.Equal("7", answer["expected"]);
        Assert.Equal("9", answer["actual"]);
        Assert.Equal(7, host.Jobs.Submitted.Single().IfMatch);
    }

    [Fact]
    public async Task An_unknown_jobs_404_is_open_until_the_deadline()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.NotFound();

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(404, answer.Status);
        Assert.Equal("job-request-not-found", answer.ProblemType);
        Assert.Equal("REFUSED", answer["outcome"]);
        Assert.Equal("false", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        var notAfter = host.Jobs.Submitted.Single().NotAfter;
        Assert.Equal(notAfter + TimeSpan.FromSeconds(2), DateTimeOffset.Parse(answer.Json["retry"]!["outcomeKnownAt"]!.ToString()));
        Assert.Null(answer["version"]);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("5f0c6a527d0f5b9c9a600d6d3b5a4e11")]
    public async Task An_impossible_id_is_404_without_asking_anybody(string id)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.PostAsync($"/v1/job-requests/{id}/accept", "{}", "ann");

        Assert.Equal(404, answer.Status);
        Assert.Equal("job-request-not-found", answer.ProblemType);
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.Equal(404, (await host.GetAsync($"/v1/job-requests/{id}")).Status);
        Assert.Equal(404, (await host.GetAsync($"/v1/job-requests/{id}/history")).Status);
        Assert.Empty(host.Jobs.Submitted);
        Assert.Empty(host.Jobs.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reused_key_is_certain_only_if_recorded(bool recorded)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.KeyReused(recorded);

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(422, answer.Status);
        Assert.Equal("idempotency-key-reused", answer.ProblemType);
        Assert.Equal("REFUSED", answer["outcome"]);
        Assert.Equal(recorded ? "true" : "false", answer.Json["retry"]!["outcomeKnown"]!.ToString());
    }

    [Fact]
    public async Task Too_many_attempts_are_429_with_retry_after()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.TooManyAttempts();

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(429, answer.Status);
        Assert.Equal("too-many-attempts", answer.ProblemType);
        Assert.Equal("false", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.NotNull(answer.Json["retry"]!["outcomeKnownAt"]);
        Assert.True(int.Parse(answer.Header("Retry-After")!) > 0);
    }

    [Fact]
    public async Task No_decision_within_the_default_wait_is_504()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:DefaultWait", "00:00:00.3"));
        host.Jobs.Decide = _ => null;

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(504, answer.Status);
        Assert.Equal("decision-timeout", answer.ProblemType);
        Assert.Equal("TIMEOUT", answer["outcome"]);
        Assert.Equal("true", answer["enqueued"]);
        Assert.Equal("same-key", answer.Json["retry"]!["advice"]!.ToString());
        Assert.Equal("false", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.NotNull(answer.Json["retry"]!["outcomeKnownAt"]);
    }

    [Fact]
    public async Task An_unacknowledged_publication_is_an_unknown_outcome()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:DefaultWait", "00:00:00.3"));
        var never = new TaskCompletionSource();
        host.Jobs.Submit = _ => never.Task;

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(504, answer.Status);
        Assert.Equal("outcome-unknown", answer.ProblemType);
        Assert.Equal("unknown", answer["enqueued"]);
    }

    [Fact]
    public async Task A_failed_publication_is_never_a_503()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:DefaultWait", "00:00:00.3"));
        host.Jobs.Submit = _ => Task.FromException(new TimeoutException("no acknowledgement"));

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(504, answer.Status);
        Assert.Equal("outcome-unknown", answer.ProblemType);
    }

    [Fact]
    public async Task A_publication_that_throws_is_an_unknown_outcome()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:DefaultWait", "00:00:00.3"));
        host.Jobs.Submit = _ => throw new InvalidOperationException("broken");

        Assert.Equal("outcome-unknown", (await host.PostAsync(Accept, "{}", "ann")).ProblemType);
    }

    [Fact]
    public async Task A_failed_publication_that_arrived_gets_its_outcome()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Submit = _ => Task.FromException(new TimeoutException("no acknowledgement"));
        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.Succeeded(2, null, false));

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(200, answer.Status);
        Assert.False(answer.Json.AsObject().ContainsKey("job"));
    }

    [Fact]
    public async Task A_certainly_unpublished_command_is_503_at_once()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:DefaultWait", "00:00:20"));
        host.Jobs.Submit = _ => Task.FromException(new Gateway.JobRequests.NotEnqueuedException(new InvalidOperationException("queue full")));

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(503, answer.Status);
        Assert.Equal("overloaded", answer.ProblemType);
        Assert.Equal("REFUSED", answer["outcome"]);
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.NotNull(answer.Header("Retry-After"));
    }

    [Fact]
    public async Task A_command_that_its_log_can_never_take_is_413()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Submit = _ => Task.FromException(new Gateway.JobRequests.NotEnqueuedException(new InvalidOperationException("too large"), isTooLarge: true));

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal((413, "payload-too-large"), (answer.Status, answer.ProblemType));
        Assert.Null(answer.Header("Retry-After"));
    }

    [Fact]
    public async Task Too_many_commands_in_flight_are_503_and_unpublished()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:MaxInFlight", "1"));
        var asked = new TaskCompletionSource();
        var decision = new TaskCompletionSource<JobRequestReply>();
        host.Jobs.Decide = _ => null;
        host.Jobs.GetOutcome = (_, _, _) =>
        {
            asked.TrySetResult();
            return decision.Task;
        };

        var first = host.PostAsync(Accept, "{}", "ann", "first");
        await asked.Task;
        var second = await host.PostAsync(Accept, "{}", "bob", "second");
        decision.SetResult(new JobRequestReply.Succeeded(2, null, false));

        Assert.Equal(503, second.Status);
        Assert.Equal("overloaded", second.ProblemType);
        Assert.NotNull(second.Header("Retry-After"));
        Assert.Equal(200, (await first).Status);
        Assert.Equal("first", Assert.Single(host.Jobs.Submitted).Key);
    }

    [Fact]
    public async Task A_fault_before_the_publication_is_503()
    {
        await using var host = await GatewayHost.StartAsync(services => ReplaceLedger(services));

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(503, answer.Status);
        Assert.Equal("unavailable", answer.ProblemType);
        Assert.DoesNotContain("secret", answer.Text);
        Assert.Empty(host.Jobs.Submitted);

        static void ReplaceLedger(Microsoft.Extensions.DependencyInjection.IServiceCollection services) =>
            Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<Gateway.Idempotency.IIdempotencyCache>(services,
                new BrokenLedger());
    }

    [Fact]
    public async Task Only_a_caller_beyond_its_share_is_429()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:CallerRate", "1"), ("Gateway:CallerBurst", "1"));

        var first = await host.PostAsync(Accept, "{}", "ann", "k1");
        var second = await host.PostAsync(Accept, "{}", "ann", "k2");

        Assert.Equal(200, first.Status);
        Assert.Equal(429, second.Status);
        Assert.Equal("quota-exceeded", second.ProblemType);
        Assert.Equal("true", second.Json["retry"]!["outcomeKnown"]!.ToString());
        Assert.NotNull(second.Header("Retry-After"));
        Assert.Equal(200, (await host.PostAsync(Accept, "{}", "bob", "k1")).Status);
    }

    [Fact]
    public async Task A_code_of_a_newer_release_is_still_a_FAIL()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected("TOO_TIRED", 3, false, null);

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(409, answer.Status);
        Assert.Equal("FAIL", answer["outcome"]);
        Assert.Equal("TOO_TIRED", answer["code"]);
        Assert.Equal("too-tired", answer.ProblemType);
    }

    [Fact]
    public void Codes_and_types_say_the_same() =>
        Assert.All(ProblemTypes.All, type => Assert.Equal(type.Name, type.Code.ToLowerInvariant().Replace('_', '-')));

    private sealed class BrokenLedger : Gateway.Idempotency.IIdempotencyCache
    {
        public ValueTask<Gateway.Idempotency.CachedRequest> ClaimAsync(Gateway.Requests.RequestName name, string fingerprint, string owner, TimeSpan lease) =>
            throw new InvalidOperationException("secret");

        public ValueTask DecideAsync(Gateway.Requests.RequestName name, string fingerprint, JobRequestReply reply) => default;

        public ValueTask ReleaseAsync(Gateway.Requests.RequestName name, string owner) => default;

        public ValueTask<Gateway.Idempotency.CachedRequest> FindAsync(Gateway.Requests.RequestName name) => throw new InvalidOperationException("secret");

        public ValueTask<Gateway.Idempotency.CachedRequest> WaitForDecisionAsync(Gateway.Requests.RequestName name, TimeSpan wait, CancellationToken stop) =>
            throw new InvalidOperationException("secret");

        public ValueTask<Gateway.Requests.RequestName?> FindLatestAsync(string caller, string key) => default;
    }
}
