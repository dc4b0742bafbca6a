using JobRequests.Domain;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Explanations;

/// <summary>The routes that say why, over scripted jobs.</summary>
public sealed class ExplanationTests
{
    private const string Address = $"/v1/requests/k1/explain?job={Http.Job}&op=accept";

    private static readonly DateTimeOffset At = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_lost_race_is_one_sentence_with_both_positions()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:TraceLink", "http://traces.example/{traceId}"));
        host.Jobs.Explain = (_, _, _, _) => Task.FromResult<RequestExplanation?>(Lost(by: null, new LogPosition(3, 4711), new LogPosition(3, 4702)));

        var answer = await host.GetAsync(Address, "bob");

        Assert.Equal(200, answer.Status);
        Assert.Equal("Someone else has this job. Lost by 38 ms to a command at partition 3 offset 4702, yours 4711.", answer["summary"]);
        Assert.Equal(("DECIDED", "FAIL", "2"), (answer["state"], answer["outcome"], answer["version"]));
        Assert.Equal((Rejections.AlreadyAccepted.Code, Rejections.AlreadyAccepted.Description),
            (answer.Json["rule"]!["code"]!.ToString(), answer.Json["rule"]!["text"]!.ToString()));
        Assert.Null(answer.Json["because"]!["by"]);
        Assert.Equal(("t", "http://traces.example/t"), (answer["traceId"], answer["trace"]));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task Without_a_log_order_and_time_explain_a_race()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Explain = (_, _, _, _) => Task.FromResult<RequestExplanation?>(Lost("ann", null, null));

        Assert.Equal("Someone else has this job. Lost by 38 ms to a command of ann that was decided before yours, as version 2.",
            (await host.GetAsync(Address, "bob"))["summary"]);
    }

    [Fact]
    public async Task A_request_in_flight_is_pending_an_unknown_one_404()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Explain = (job, caller, _, _) => Task.FromResult(caller.Person == "eve" ? null : new RequestExplanation(job, 7, null, false, null, null));

        var unknown = await host.GetAsync(Address, "ann");
        var open = await host.GetAsync(Address + host.Signed("ann", 1795000000000), "ann");
        var stranger = await host.GetAsync(Address + host.Signed("eve", 1795000000000), "eve");

        Assert.Equal((404, "request-unknown"), (unknown.Status, unknown.ProblemType));
        Assert.Equal((200, "PENDING", "7"), (open.Status, open["state"], open["version"]));
        Assert.StartsWith("2026-11-18", open.Json["retry"]!["outcomeKnownAt"]!.ToString());
        Assert.Equal((404, "job-request-not-found"), (stranger.Status, stranger.ProblemType));
    }

    [Theory]
    [InlineData("/v1/requests/k1/explain?job=x&op=accept", 404)]
    [InlineData($"/v1/requests/k1/explain?job={Http.Job}", 400)]
    [InlineData($"/v1/requests/k1/explain?job={Http.Job}&op=paint", 400)]
    [InlineData("/v1/requests/a%20b/explain", 400)]
    [InlineData("/v1/requests/a%20b/timeline", 400)]
    [InlineData("/v1/job-requests/x/timeline", 404)]
    public async Task A_question_of_another_form_is_refused(string address, int status)
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal(status, (await host.GetAsync(address, "ann")).Status);
    }

    [Fact]
    public async Task A_job_that_does_not_answer_is_503()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Explain = (_, _, _, _) => throw new IOException("away");
        host.Jobs.ReadTimeline = (_, _) => throw new IOException("away");

        Assert.Equal(503, (await host.GetAsync(Address, "ann")).Status);
        Assert.Equal(503, (await host.GetAsync($"/v1/requests/k1/timeline?job={Http.Job}&op=accept", "ann")).Status);
        Assert.Equal(503, (await host.GetAsync($"/v1/job-requests/{Http.Job}/timeline", "ann")).Status);
    }

    private static RequestExplanation Lost(string? by, LogPosition? own, LogPosition? other) => new(
        Http.Job, 3,
        new DecidedRequest("bob", "accept", "k1", Rejections.AlreadyAccepted.Code, 2, null, 1, new RequestTimes(At, At, At, At, null, null), own, "t"),
        true,
        new DecidingFact(
            2, "JobAccepted", At, by, new DecidedRequest(by, "accept", null, null, 2, null, 1, new RequestTimes(At, At, At, At, At, At), other, null)),
        new Lead(38, Lead.InLog));
}
