using JobRequests.Domain;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.JobRequests;

public sealed class StatusRouteTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";
    private const string Status = $"/v1/requests/k1?job={Http.Job}&op=accept";

    [Fact]
    public async Task A_success_is_DECIDED_with_the_answer_to_the_command()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (job, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.Succeeded(2, Snapshots.JobOfCandidate(job), true));

        var answer = await host.GetAsync(Status, "ann");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["state", "outcome", "result"], answer.Json.AsObject().Select(member => member.Key));
        Assert.Equal("DECIDED", answer["state"]);
        Assert.Equal("SUCCESS", answer["outcome"]);
        Assert.Equal("k1", answer.Json["result"]!["requestKey"]!.ToString());
        Assert.Equal("2", answer.Json["result"]!["version"]!.ToString());
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("true", answer.Header("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(4000000000000, false)]
    [InlineData(1600000000000, true)]
    public async Task An_unknown_job_is_certain_once_the_deadline_has_passed(long? deadline, bool known)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.NotFound());

        var answer = await host.GetAsync(Status + (deadline is { } notAfter ? host.Signed("ann", notAfter) : ""), "ann");

        Assert.Equal((404, known ? "true" : "false"), (answer.Status, answer.Json["retry"]!["outcomeKnown"]!.ToString()));
    }

    [Fact]
    public async Task A_fail_is_DECIDED_with_the_problem()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.Rejected("JOB_CLOSED", 5, false, null));

        var signed = host.Signed("ann", 1795000000000);
        var answer = await host.GetAsync(Status + signed, "ann");

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.ContentHeaders.ContentType?.MediaType);
        Assert.Equal(["state", "outcome", "problem"], answer.Json.AsObject().Select(member => member.Key));
        Assert.Equal("FAIL", answer["outcome"]);
        Assert.Equal("JOB_CLOSED", answer.Json["problem"]!["code"]!.ToString());
        Assert.Equal(Status + signed, answer.Json["problem"]!["instance"]!.ToString());
    }

    [Fact]
    public async Task The_job_gets_the_deadline_to_record_it()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.Rejected("DEADLINE_PASSED", 0, false, null));

        var answer = await host.GetAsync(Status + host.Signed("ann", 1600000000000), "ann");

        var query = host.Jobs.Asked.Single().Query;
        Assert.Equal(new OutcomeQuery(new Caller("ann", false), "accept", "k1", null, null, DateTimeOffset.FromUnixTimeMilliseconds(1600000000000)), query);
        Assert.Equal("DEADLINE_PASSED", answer.Json["problem"]!["code"]!.ToString());
        Assert.Equal("new-key", answer.Json["problem"]!["retry"]!["advice"]!.ToString());
    }

    [Fact]
    public async Task Only_an_answers_address_makes_a_job_record_deadlines()
    {
        await using var host = await GatewayHost.StartAsync();
        var of = host.Signed("ann", 1600000000000);
        var unsigned = of[..of.IndexOf("&sig=", StringComparison.Ordinal)];
        string[] others =
        [
            unsigned, unsigned + "&sig=", unsigned + "&sig=cluster.AAAA", of.Replace("1600000000000", "1600000000001"), host.Signed("bob", 1600000000000),
            host.Signed("ann", 1600000000000, "decline"), host.Signed("ann", 1600000000000, job: "6f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11"),
        ];

        foreach (var other in others) Assert.Equal("request-unknown", (await host.GetAsync(Status + other, "ann")).ProblemType);

        Assert.All(host.Jobs.Asked, asked => Assert.Null(asked.Query.NotAfter));
    }

    [Fact]
    public async Task An_open_outcome_names_a_signed_address()
    {
        await using var host = await GatewayHost.StartAsync();

        host.Jobs.Decide = _ => null;

        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", "respond-async"));

        var notAfter = host.Jobs.Submitted.Single().NotAfter;
        Assert.Equal(Status + host.Signed("ann", notAfter.ToUnixTimeMilliseconds()), answer.Header("Location"));
        await host.GetAsync(answer.Header("Location")!, "ann");
        Assert.Equal(notAfter, host.Jobs.Asked.Last().Query.NotAfter);
    }

    [Fact]
    public async Task Without_a_deadline_the_job_is_asked_to_record_nothing()
    {
        await using var host = await GatewayHost.StartAsync();

        await host.GetAsync(Status, "ann");

        Assert.Null(host.Jobs.Asked.Single().Query.NotAfter);
    }

    [Fact]
    public async Task An_open_outcome_says_when_it_is_certain()
    {
        await using var host = await GatewayHost.StartAsync();

        var signed = host.Signed("ann", 1795000000000);
        var answer = await host.GetAsync(Status + signed, "ann");

        Assert.Equal(200, answer.Status);
        Assert.Equal("PENDING", answer["state"]);
        Assert.False(answer.Json.AsObject().ContainsKey("outcome"));
        Assert.Equal("2026-11-18T11:06:42.000Z", answer.Json["retry"]!["outcomeKnownAt"]!.ToString());
        Assert.Equal("1", answer.Header("Retry-After"));
    }

    [Fact]
    public async Task An_unknown_request_is_404_and_safe_to_send()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.GetAsync(Status, "ann");

        Assert.Equal(404, answer.Status);
        Assert.Equal("request-unknown", answer.ProblemType);
        Assert.Equal("same-key", answer.Json["retry"]!["advice"]!.ToString());
    }

    [Fact]
    public async Task A_job_invisible_to_the_caller_is_404()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.NotFound());

        Assert.Equal("job-request-not-found", (await host.GetAsync(Status, "eve")).ProblemType);
        Assert.Equal("job-request-not-found", (await host.GetAsync("/v1/requests/k1?job=nonsense&op=accept", "eve")).ProblemType);
    }

    [Fact]
    public async Task A_request_in_flight_is_PENDING_without_a_deadline()
    {
        await using var host = await GatewayHost.StartAsync();
        var release = new TaskCompletionSource();
        var submitted = new TaskCompletionSource();
        host.Jobs.Submit = _ =>
        {
            submitted.SetResult();
            return release.Task;
        };
        var command = host.PostAsync(Accept, "{}", "ann");
        await submitted.Task;

        var pending = await host.GetAsync(Status, "ann");
        var bare = await host.GetAsync("/v1/requests/k1", "ann");
        release.SetResult();
        await command;

        Assert.Equal("PENDING", pending["state"]);
        Assert.Equal("PENDING", bare["state"]);
        Assert.Equal("DECIDED", (await host.GetAsync("/v1/requests/k1", "ann"))["state"]);
    }

    [Fact]
    public async Task A_long_poll_ends_with_the_outcome()
    {
        await using var host = await GatewayHost.StartAsync();

        var poll = host.GetAsync(Status, "ann", ("Prefer", "wait=20"));
        while (host.Jobs.Asked.IsEmpty) await Task.Yield();
        host.Jobs.Settle(new Gateway.Requests.RequestName("ann", "accept", Http.Job, "k1"), new JobRequestReply.Succeeded(2, null, false));

        var answer = await poll;
        Assert.Equal("DECIDED", answer["state"]);
        Assert.Equal("wait=20", answer.Header("Preference-Applied"));
        Assert.Equal(TimeSpan.FromSeconds(10), host.Jobs.Asked.First().Wait);
    }

    [Fact]
    public async Task A_bare_key_asks_the_job_it_would_create()
    {
        await using var host = await GatewayHost.StartAsync();

        await host.GetAsync("/v1/requests/k1", "zoe");

        var (job, query, _) = host.Jobs.Asked.Single();
        Assert.Equal(JobRequestId.Derive("zoe", "k1"), job);
        Assert.Equal("create", query.Operation);
    }

    [Fact]
    public async Task A_create_is_asked_for_under_its_own_job_only()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.GetAsync($"/v1/requests/k1?job={Http.Job}&op=create&notAfter=1600000000000", "zoe");

        Assert.Equal(404, answer.Status);
        Assert.Empty(host.Jobs.Asked);
    }

    [Fact]
    public async Task A_job_that_cannot_be_asked_is_503()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (_, _, _) => Task.FromException<JobRequestReply>(new TimeoutException("secret"));

        var answer = await host.GetAsync(Status, "ann");

        Assert.Equal(503, answer.Status);
        Assert.Equal("unavailable", answer.ProblemType);
        Assert.DoesNotContain("secret", answer.Text);
    }

    [Fact]
    public async Task A_cold_job_gets_time_to_answer()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = async (_, _, _) =>
        {
            // Longer than a job in memory takes.
            await Task.Delay(400);
            return new JobRequestReply.Succeeded(2, null, false);
        };

        Assert.Equal("DECIDED", (await host.GetAsync(Status, "ann"))["state"]);
    }

    [Fact]
    public async Task Beyond_the_limit_of_waiting_requests_is_503()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:MaxWatching", "1"));
        var first = host.GetAsync(Status, "ann", ("Prefer", "wait=20"));
        while (host.Jobs.Asked.IsEmpty) await Task.Yield();

        var second = await host.GetAsync(Status, "ann", ("Prefer", "wait=20"));
        host.Jobs.Settle(new Gateway.Requests.RequestName("ann", "accept", Http.Job, "k1"), new JobRequestReply.Succeeded(2, null, false));

        Assert.Equal(503, second.Status);
        Assert.Equal("overloaded", second.ProblemType);
        await first;
    }

    [Theory]
    [InlineData("/v1/requests/a.b", "key")]
    [InlineData($"/v1/requests/k1?job={Http.Job}", "op")]
    [InlineData("/v1/requests/k1?op=accept", "job")]
    [InlineData($"/v1/requests/k1?job={Http.Job}&op=steal", "op")]
    [InlineData($"/v1/requests/k1?job={Http.Job}&job={Http.Job}&op=accept", "job")]
    [InlineData($"/v1/requests/k1?job={Http.Job}&op=accept&notAfter=soon", "notAfter")]
    [InlineData($"/v1/requests/k1?job={Http.Job}&op=accept&notAfter=-1", "notAfter")]
    [InlineData($"/v1/requests/k1?job={Http.Job}&op=accept&notAfter=99999999999999999", "notAfter")]
    public async Task A_wrong_question_names_the_field(string address, string field)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.GetAsync(address, "ann");

        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.WrongFields);
        Assert.Empty(host.Jobs.Asked);
    }
}
