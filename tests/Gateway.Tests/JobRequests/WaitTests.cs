using System.Diagnostics;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.JobRequests;

public sealed class WaitTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    [Theory]
    [InlineData("wait=1", "wait=1")]
    [InlineData("respond-async", "respond-async")]
    [InlineData("respond-async, wait=1", "wait=1, respond-async")]
    public async Task A_caller_with_a_wait_gets_202_and_an_address(string prefer, string applied)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => null;

        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", prefer));

        Assert.Equal(202, answer.Status);
        Assert.Equal("application/json", answer.ContentHeaders.ContentType?.MediaType);
        Assert.Equal("TIMEOUT", answer["outcome"]);
        Assert.Equal("decision-timeout", answer.ProblemType);
        Assert.Equal("202", answer["status"]);
        Assert.Equal("true", answer["enqueued"]);
        Assert.NotNull(answer.Json["retry"]!["outcomeKnownAt"]);
        Assert.Equal(applied, answer.Header("Preference-Applied"));
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.Equal($"/v1/requests/k1?job={Http.Job}&op=accept"
            + host.Signed("ann", host.Jobs.Submitted.Single().NotAfter.ToUnixTimeMilliseconds()), answer.Header("Location"));
    }

    [Fact]
    public async Task Every_wait_is_answered_in_time()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Submit = _ => new TaskCompletionSource().Task;
        host.Jobs.GetOutcome = (_, _, _) => new TaskCompletionSource<JobRequestReply>().Task;
        await host.PostAsync(Accept, "{}", "ann", "warm-up", ("Prefer", "respond-async"));

        var watch = Stopwatch.StartNew();
        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", "wait=1"));

        Assert.Equal(202, answer.Status);
        Assert.Equal("outcome-unknown", answer.ProblemType);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.25));
    }

    [Fact]
    public async Task A_job_that_fails_to_answer_is_asked_again()
    {
        await using var host = await GatewayHost.StartAsync();
        var questions = 0;
        host.Jobs.GetOutcome = (_, _, _) => Interlocked.Increment(ref questions) < 4
            ? Task.FromException<JobRequestReply>(new TimeoutException("the silo is gone"))
            : Task.FromResult<JobRequestReply>(new JobRequestReply.Succeeded(2, null, false));

        var answer = await host.PostAsync(Accept, "{}", "ann");

        Assert.Equal(200, answer.Status);
        Assert.Equal(4, questions);
        Assert.Single(host.Jobs.Submitted);
    }

    [Fact]
    public async Task A_job_that_gives_up_early_is_asked_again()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.Pending());

        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", "wait=1"));

        Assert.Equal(202, answer.Status);
        Assert.InRange(host.Jobs.Asked.Count, 2, 60);
    }

    [Fact]
    public async Task A_long_wait_is_asked_for_in_parts()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.Succeeded(2, null, false));

        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", "wait=1000"));

        Assert.Equal("wait=30", answer.Header("Preference-Applied"));
        Assert.Equal(TimeSpan.FromSeconds(10), host.Jobs.Asked.Single().Wait);
    }

    [Fact]
    public async Task The_deadline_is_arrival_plus_wait_plus_grace()
    {
        await using var host = await GatewayHost.StartAsync();
        var before = DateTimeOffset.UtcNow;

        await host.PostAsync(Accept, "{}", "ann", "k1", ("Prefer", "wait=7"));

        var command = host.Jobs.Submitted.Single();
        Assert.InRange(command.ReceivedAt, before, DateTimeOffset.UtcNow);
        Assert.InRange(command.NotAfter - command.ReceivedAt, TimeSpan.FromSeconds(36.99), TimeSpan.FromSeconds(37));
        Assert.Equal(0, command.NotAfter.Ticks % TimeSpan.TicksPerMillisecond);
    }

    [Fact]
    public async Task A_deadline_that_the_caller_names_is_kept()
    {
        await using var host = await GatewayHost.StartAsync();

        await host.PostAsync(Accept, "{}", "ann", "k1", ("Request-Deadline", "2030-01-01T02:00:00.5+02:00"));

        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, 500, TimeSpan.Zero), host.Jobs.Submitted.Single().NotAfter);
    }

    [Fact]
    public async Task The_trace_of_the_caller_is_continued()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected("JOB_CLOSED", 2, false, null);

        var answer = await host.PostAsync(Accept, "{}", "ann", "k1", ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", answer["traceId"]);
        Assert.Contains("4bf92f3577b34da6a3ce929d0e0e4736", host.Jobs.Submitted.Single().TraceParent);
    }
}
