using System.Diagnostics;
using System.Net;
using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Tests.Limits;

/// <summary>Whatever one caller does, there is room for the others.</summary>
public sealed class FairShareTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task One_callers_waiting_questions_leave_room_for_others()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:MaxWatching", "8"));
        var waiting = Enumerable.Range(0, 20).Select(number => host.GetAsync(Status($"k{number}"), "mallory", ("Prefer", "wait=20"))).ToList();
        await UntilAsync(() => waiting.Count(static answer => answer.IsCompleted) == 16);

        var other = await host.GetAsync(Status("k1"), "bob", ("Prefer", "wait=0"));

        Assert.Equal((404, "request-unknown"), (other.Status, other.ProblemType));
        Assert.All(waiting.Where(static answer => answer.IsCompleted),
            answer => Assert.Equal((429, "quota-exceeded"), (answer.Result.Status, answer.Result.ProblemType)));
        for (var number = 0; number < 20; number++)
            host.Jobs.Settle(new("mallory", "accept", Http.Job, $"k{number}"), new JobRequestReply.Succeeded(2, null, Replayed: false));
        Assert.Equal(4, (await Task.WhenAll(waiting)).Count(static answer => answer.Status == 200));
        Assert.Equal(404, (await host.GetAsync(Status("k30"), "mallory")).Status);
    }

    [Fact]
    public async Task One_callers_commands_leave_room_for_others()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:MaxInFlight", "8"));
        host.Jobs.Decide = command => command.Caller.Person == "mallory" ? null : new JobRequestReply.Succeeded(2, null, Replayed: false);
        var waiting = Enumerable.Range(0, 20).Select(number => host.PostAsync(Accept, "{}", "mallory", $"k{number}")).ToList();
        await UntilAsync(() => waiting.Count(static answer => answer.IsCompleted) == 16);

        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => host.PostAsync(Accept, "{}", $"bob{number}")));

        Assert.All(others, answer => Assert.Equal(200, answer.Status));
        Assert.All(waiting.Where(static answer => answer.IsCompleted),
            answer => Assert.Equal((429, "quota-exceeded", "REFUSED"), (answer.Result.Status, answer.Result.ProblemType, answer.Result["outcome"])));
        for (var number = 0; number < 20; number++)
            host.Jobs.Settle(new("mallory", "accept", Http.Job, $"k{number}"), new JobRequestReply.Succeeded(2, null, Replayed: false));
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task One_callers_reads_leave_room_for_others()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:MaxReading", "8"));
        var release = new TaskCompletionSource();
        host.Jobs.List = async (_, caller) =>
        {
            if (caller.Person == "mallory") await release.Task;
            return new JobPage([], null);
        };
        var waiting = Enumerable.Range(0, 20).Select(_ => host.GetAsync("/v1/job-requests", "mallory")).ToList();
        await UntilAsync(() => waiting.Count(static answer => answer.IsCompleted) == 16);

        Assert.Equal(200, (await host.GetAsync("/v1/job-requests", "bob")).Status);
        release.SetResult();
        Assert.Equal(4, (await Task.WhenAll(waiting)).Count(static answer => answer.Status == 200));
    }

    [Fact]
    public async Task A_backlog_that_one_caller_made_refuses_that_caller_first()
    {
        var backlog = new ScriptedBacklog();
        await using var host = await GatewayHost.StartAsync(
            services => services.AddSingleton<IRequestBacklog>(backlog),
            ("Gateway:Admission:SamplePeriod", "00:00:00.050"), ("Gateway:Admission:BehindAfter", "00:00:00.100"),
            ("Gateway:Admission:StaleAfter", "00:00:10"));
        // Repeats say nothing of how long the log takes.
        host.Jobs.Decide = _ => new JobRequestReply.Succeeded(2, null, Replayed: true);
        (backlog.Lag, backlog.Rate) = (60, 40);
        await UntilAsync(() => host.App.Services.GetRequiredService<BacklogMonitor>().Forecasts is [{ Wait: var wait }] && wait > TimeSpan.FromSeconds(1));

        // 1.5 s for everybody: below two fifths of 5 s, above one fifth.
        var flood = new List<Answer>();
        for (var number = 0; number < 200 && flood.LastOrDefault()?.Status != 429; number++)
            flood.Add(await host.PostAsync(Accept, "{}", "mallory", $"m{number}", ("Prefer", "wait=5")));
        backlog.Lag = 60;
        var other = await host.PostAsync(Accept, "{}", "bob", "b1", ("Prefer", "wait=5"));

        Assert.Equal((429, "quota-exceeded"), (flood[^1].Status, flood[^1].ProblemType));
        Assert.NotNull(flood[^1].Header("Retry-After"));
        Assert.Equal(200, other.Status);
    }

    [Fact]
    public async Task Large_bodies_use_up_a_callers_share_sooner()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:CallerRate", "1"), ("Gateway:CallerBurst", "20"));
        var large =
            $$"""{"candidates":["ann"],"tasks":[{{string.Join(',', Enumerable.Range(0, 100).Select(number => $$"""{"id":"t{{number}}","name":"{{new string('n', 200)}}"}"""))}}]}""";

        var answers = new List<int>();
        for (var number = 0; number < 4; number++) answers.Add((await host.PostAsync("/v1/job-requests", large, key: $"k{number}")).Status);

        Assert.Equal([201, 201, 201, 429], answers);
        Assert.Equal(200, (await host.PostAsync(Accept, "{}", "bob")).Status);
    }

    [Fact]
    public void One_callers_default_rate_is_below_the_capacity()
    {
        var options = new GatewayOptions();
        using var quota = new CallerQuota(Options.Create(options));

        var taken = 0;
        while (quota.Take("mallory") is null) Assert.InRange(++taken, 1, 1_500);

        Assert.InRange(options.CallerRate, 1, 500);
        Assert.Null(quota.Take("bob"));
    }

    [Theory]
    [InlineData("/docs/idempotency", null)]
    [InlineData("/v1/job-requests", "expired")]
    public async Task Requests_without_a_valid_token_are_limited_by_address(string path, string? token)
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:AnonymousRate", "1"), ("Gateway:AnonymousBurst", "3"));
        var answers = new List<Answer>();
        for (var number = 0; number < 6; number++) answers.Add(
            await host.SendAsync(HttpMethod.Get, path, null, null, token is null ? [] : [("Authorization", $"Bearer {token}")]));

        Assert.All(answers[..3], answer => Assert.NotEqual(429, answer.Status));
        Assert.Equal((429, "quota-exceeded"), (answers[^1].Status, answers[^1].ProblemType));
        Assert.NotNull(answers[^1].Header("Retry-After"));
        Assert.Equal(200, (await host.GetAsync("/v1/job-requests", "bob")).Status);
        Assert.Equal(200, (await host.GetAsync("/health/live", person: null)).Status);
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public void Addresses_of_one_subscriber_share_a_limit(string first, string second, bool isShared)
    {
        using var quota = new CallerQuota(Options.Create(new GatewayOptions { AnonymousRate = 1, AnonymousBurst = 1 }));

        Assert.True(quota.OfRequests.AttemptAcquire(From(first)).IsAcquired);
        Assert.Equal(!isShared, quota.OfRequests.AttemptAcquire(From(second)).IsAcquired);
    }

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    private static string Status(string key) => $"/v1/requests/{key}?job={Http.Job}&op=accept";

    private static async Task UntilAsync(Func<bool> isReached)
    {
        for (var started = Stopwatch.GetTimestamp(); !isReached(); await Task.Delay(10)) Assert.True(
            Stopwatch.GetElapsedTime(started) < Limit, $"Waited {Limit}.");
    }
}
