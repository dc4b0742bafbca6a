using System.Text.Json.Nodes;
using JobRequests.Gateway.Events;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Events;

public sealed class JobEventFeedTests
{
    private static readonly string Job = Facts.Job(1);

    [Fact]
    public async Task The_requester_and_an_administrator_see_everything_of_an_event()
    {
        await using var feed = new FeedUnderTest();
        EventListener[] listeners = [await feed.ListenAsync("zoe"), await feed.ListenAsync("root", isAdmin: true)];

        feed.Add(0, Facts.Requested(Job));
        feed.Add(1, Facts.Declined(Job));

        foreach (var listener in listeners)
        {
            Assert.Equal(["ann", "bob"], JsonNode.Parse(await FeedUnderTest.NextAsync(listener))!["data"]!["candidates"]!.AsArray()
                .Select(each => each!.ToString()));
            var declined = JsonNode.Parse(await FeedUnderTest.NextAsync(listener))!;
            Assert.Equal(
                ("bob", "on holiday", Job), (declined["by"]!.ToString(), declined["data"]!["reason"]!.ToString(), declined["jobRequestId"]!.ToString()));
        }
    }

    [Fact]
    public async Task A_candidate_sees_itself_alone_and_that_others_did_something()
    {
        await using var feed = new FeedUnderTest();
        var ann = await feed.ListenAsync("ann");

        feed.Add(0, Facts.Requested(Job));
        feed.Add(1, Facts.Declined(Job, "bob"));
        feed.Add(2, Facts.Accepted(Job, "ann", 3));

        Assert.Equal(["ann"], JsonNode.Parse(await FeedUnderTest.NextAsync(ann))!["data"]!["candidates"]!.AsArray().Select(each => each!.ToString()));
        var declined = JsonNode.Parse(await FeedUnderTest.NextAsync(ann))!;
        Assert.Null(declined["by"]);
        Assert.Equal("{}", declined["data"]!.ToJsonString());
        Assert.Equal("ann", JsonNode.Parse(await FeedUnderTest.NextAsync(ann))!["by"]!.ToString());
    }

    [Fact]
    public async Task Nobody_hears_of_a_job_that_is_not_theirs()
    {
        await using var feed = new FeedUnderTest();
        var eve = await feed.ListenAsync("eve");

        feed.Add(0, Facts.Requested(Job));
        feed.Add(1, Facts.Accepted(Job));
        feed.Add(2, Facts.Requested(Facts.Job(2), "zoe", "eve"));

        Assert.Contains(Facts.Job(2), await FeedUnderTest.NextAsync(eve));
        Assert.False(eve.Queue.TryRead(out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_who_is_assigned_hears_from_then_on(bool knowsTheJob)
    {
        await using var feed = new FeedUnderTest();
        // A view that is behind.
        feed.Jobs.Read = (job, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(job) with { Candidates = [new CandidateSnapshot("ann", null)] });
        var (eve, ann) = (await feed.ListenAsync("eve"), await feed.ListenAsync("ann"));

        if (knowsTheJob) feed.Add(0, Facts.Requested(Job, "zoe", "ann"));
        feed.Add(1, new JobEvent(Job, 2, "JobAssigned", DateTimeOffset.UnixEpoch, "zoe", "k", 1, new JobEventData(Candidate: "eve", Role: "Requester")));
        feed.Add(2, new JobEvent(Job, 3, "JobStarted", DateTimeOffset.UnixEpoch, "eve", "k", 1, JobEventData.None));

        var assigned = JsonNode.Parse(await FeedUnderTest.NextAsync(eve))!;
        Assert.Equal(("JobAssigned", null, """{"candidate":"eve"}"""), ((string?)assigned["type"], (string?)assigned["by"], assigned["data"]!.ToJsonString()));
        Assert.Contains("JobStarted", await FeedUnderTest.NextAsync(eve));
        if (knowsTheJob) await FeedUnderTest.NextAsync(ann);
        Assert.Equal("{}", JsonNode.Parse(await FeedUnderTest.NextAsync(ann))!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Nobody_hears_of_a_job_before_a_wave_reaches_them()
    {
        await using var feed = new FeedUnderTest();
        var (ann, bob) = (await feed.ListenAsync("ann"), await feed.ListenAsync("bob"));
        var first = Facts.Requested(Job, "zoe", "ann");

        feed.Add(0, first with { Data = first.Data with { Waiting = ["bob", "cid"], Waves = [new WaveSnapshot(1, 20)] } });
        feed.Add(1, Facts.Declined(Job, "ann"));
        feed.Add(2, new JobEvent(Job, 3, "OfferWidened", Facts.At, null, null, 1, new JobEventData(Candidates: ["bob", "cid"], Wave: 2)));

        Assert.DoesNotContain("bob", await FeedUnderTest.NextAsync(ann));
        await FeedUnderTest.NextAsync(ann);
        Assert.Equal("{}", JsonNode.Parse(await FeedUnderTest.NextAsync(ann))!["data"]!.ToJsonString());
        var reached = JsonNode.Parse(await FeedUnderTest.NextAsync(bob))!;
        Assert.Equal(("OfferWidened", """{"candidates":["bob"],"wave":2}"""), ((string?)reached["type"], reached["data"]!.ToJsonString()));
    }

    [Fact]
    public async Task An_old_event_that_is_read_again_takes_nobody_away()
    {
        await using var feed = new FeedUnderTest();
        var bob = await feed.ListenAsync("bob");
        var first = Facts.Requested(Job, "zoe", "ann");
        feed.Add(0, first);
        feed.Add(1, new JobEvent(Job, 2, "OfferWidened", Facts.At, null, null, 1, new JobEventData(Candidates: ["bob"], Wave: 2)));
        await FeedUnderTest.NextAsync(bob);

        // As for somebody who comes back with an old cursor.
        feed.Audiences.Observe(new FeedEvent(first, sequence: -1, 0, 0, "cursor"));
        feed.Add(2, Facts.Accepted(Job, "ann", version: 3));

        Assert.Contains("JobAccepted", await FeedUnderTest.NextAsync(bob));
    }

    [Fact]
    public async Task An_events_unknown_audience_is_looked_up()
    {
        await using var feed = new FeedUnderTest();
        var attempts = 0;
        feed.Jobs.Read = (job, _) => ++attempts == 1
            ? throw new TimeoutException("not now")
            : Task.FromResult<JobSnapshot?>(Snapshots.Job(job) with { Candidates = [new CandidateSnapshot("bob", null)] });
        var (bob, ann) = (await feed.ListenAsync("bob"), await feed.ListenAsync("ann"));

        feed.Add(0, Facts.Accepted(Job, "bob"));

        Assert.Contains("JobAccepted", await FeedUnderTest.NextAsync(bob));
        Assert.Equal(2, attempts);
        Assert.False(ann.Queue.TryRead(out _));
    }

    [Fact]
    public async Task A_repeat_in_the_log_is_not_told_again()
    {
        await using var feed = new FeedUnderTest();
        var zoe = await feed.ListenAsync("zoe");

        feed.Add(0, Facts.Requested(Job));
        feed.Add(1, Facts.Requested(Job));
        feed.Add(2, null);
        feed.Add(3, Facts.Accepted(Job));

        Assert.Contains("JobRequested", await FeedUnderTest.NextAsync(zoe));
        Assert.Contains("JobAccepted", await FeedUnderTest.NextAsync(zoe));
    }

    [Fact]
    public async Task A_listener_that_does_not_read_is_dropped()
    {
        await using var feed = new FeedUnderTest();
        var slow = await feed.ListenAsync("zoe", queue: 2);
        var dropped = new TaskCompletionSource();
        slow.OnDropped = dropped.SetResult;
        var other = await feed.ListenAsync("zoe");

        for (var number = 0; number < 4; number++) feed.Add(number, Facts.Requested(Facts.Job(number)));

        await dropped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        for (var number = 0; number < 4; number++) Assert.Contains(Facts.Job(number), await FeedUnderTest.NextAsync(other));
    }

    [Fact]
    public async Task An_observer_gets_remembered_events_then_new_ones()
    {
        await using var feed = new FeedUnderTest();
        feed.Add(0, Facts.Requested(Job));
        var zoe = await feed.ListenAsync("zoe");
        feed.Add(1, Facts.Accepted(Job));
        while (!(await FeedUnderTest.NextAsync(zoe)).Contains("JobAccepted", StringComparison.Ordinal)) { }

        var heard = new List<int>();
        using (feed.Feed.Subscribe(jobEvent => heard.Add(jobEvent.Version), withBuffered: true))
        {
            feed.Add(2, Facts.Declined(Job, version: 3));
            await FeedUnderTest.NextAsync(zoe);
        }

        feed.Add(3, Facts.Declined(Job, version: 4));
        await FeedUnderTest.NextAsync(zoe);
        Assert.Equal([1, 2, 3], heard);
    }

    [Fact]
    public async Task A_log_that_begins_again_makes_everybody_reload()
    {
        await using var feed = new FeedUnderTest();
        var zoe = await feed.ListenAsync("zoe");

        feed.Open(8, 100);
        feed.Add(100, Facts.Requested(Job));

        Assert.Equal("reload", await FeedUnderTest.NextAsync(zoe));
        Assert.Contains("JobRequested", await FeedUnderTest.NextAsync(zoe));
    }
}
