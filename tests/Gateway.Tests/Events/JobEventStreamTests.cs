using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Events;

/// <summary><c>GET /v1/job-requests/{id}/events</c>.</summary>
public sealed class JobEventStreamTests
{
    private static readonly string Job = Facts.Job(1);

    [Fact]
    public async Task A_jobs_feed_begins_with_its_first_event()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        await using var feed = await host.FollowAsync("zoe", Job, null);

        var first = await feed.NextAsync();
        host.Add(Facts.Accepted(Job));
        var second = await feed.NextAsync();

        Assert.Equal(($"{Job}:1", "JobRequested"), (first.Id, first.Type));
        Assert.Equal(($"{Job}:2", "JobAccepted"), (second.Id, second.Type));
        Assert.Equal((Job, "2", "ann"), (second.Json["jobRequestId"]!.ToString(), second.Json["version"]!.ToString(), second.Json["by"]!.ToString()));
    }

    [Fact]
    public async Task A_returning_client_gets_what_followed_its_last_event()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        host.Add(Facts.Declined(Job));
        host.Add(Facts.Accepted(Job, version: 3));
        await using var feed = await host.FollowAsync("zoe", Job, $"{Job}:2");

        Assert.Equal([$"{Job}:3"], await feed.NextAsync(1));
    }

    [Fact]
    public async Task A_missed_event_is_read_from_the_job()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        await using var feed = await host.FollowAsync("zoe", Job, null);
        await feed.NextAsync();

        host.Publishes = false;
        host.Add(Facts.Declined(Job));
        host.Publishes = true;
        host.Add(Facts.Accepted(Job, version: 3));

        Assert.Equal([$"{Job}:2", $"{Job}:3"], await feed.NextAsync(2));
    }

    [Fact]
    public async Task A_candidate_sees_its_own_part()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        await using var feed = await host.FollowAsync("ann", Job, null);
        Assert.Equal("""["ann"]""", (await feed.NextAsync()).Json["data"]!["candidates"]!.ToJsonString());

        host.Add(Facts.Declined(Job));

        var declined = await feed.NextAsync();
        Assert.Null(declined.Json["by"]);
        Assert.Equal("{}", declined.Json["data"]!.ToJsonString());
    }

    [Theory]
    [InlineData("eve", 1, 404, "job-request-not-found")]
    [InlineData("zoe", 2, 404, "job-request-not-found")]
    public async Task A_stranger_and_an_unknown_job_are_told_the_same(string person, int number, int status, string problem)
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));

        var answer = await host.GetAsync($"/v1/job-requests/{Facts.Job(number)}/events", person);

        Assert.Equal((status, problem), (answer.Status, answer.ProblemType));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("nonsense")]
    [InlineData("5f0c6a52-7d0f-5b9c-9a60-000000000002:1")]
    [InlineData("5f0c6a52-7d0f-5b9c-9a60-000000000001:")]
    [InlineData("5f0c6a52-7d0f-5b9c-9a60-000000000001:-1")]
    [InlineData("5f0c6a52-7d0f-5b9c-9a60-000000000001:99")]
    public async Task An_id_that_is_none_of_this_job_is_named(string lastEventId)
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));

        var answer = await host.GetAsync($"/v1/job-requests/{Job}/events", "zoe", ("Last-Event-ID", lastEventId));

        Assert.Equal((400, "validation"), (answer.Status, answer.ProblemType));
        Assert.Equal(["Last-Event-ID"], answer.WrongFields);
    }

    [Fact]
    public async Task Without_an_answer_of_the_job_feeds_are_unavailable()
    {
        await using var host = await FeedHost.StartAsync();
        host.Gateway.Jobs.ReadHistory = (_, _) => throw new TimeoutException();

        Assert.Equal(503, (await host.GetAsync($"/v1/job-requests/{Job}/events")).Status);
    }
}
