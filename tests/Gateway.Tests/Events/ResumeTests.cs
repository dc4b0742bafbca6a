using System.Diagnostics.CodeAnalysis;

namespace JobRequests.Gateway.Tests.Events;

/// <summary>Clients whose connections break anywhere, while events come in.</summary>
[SuppressMessage("Security", "CA5394", Justification = "A seed has to give the same run again.")]
public sealed class ResumeTests
{
    private const int Jobs = 12;
    private const int EventsPerJob = 25;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1" ? 200 : 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Broken_connections_get_each_event_once_in_order(int seed)
    {
        await using var host = await FeedHost.StartAsync(("Feed:Queue", "10000"));
        var random = new Random(seed);
        await using var first = await host.FollowAsync("zoe");
        while (first.LastEventId is null) await first.ReadAsync(CancellationToken.None);
        var (place, told) = (first.LastEventId, new List<string>());
        var (jobPlace, jobTold) = ((string?)null, new List<string>());
        host.Add(Facts.Requested(Facts.Job(0)));

        var writing = Task.Run(() => Write(host, new Random(seed)), TestContext.Current.CancellationToken);
        await Task.WhenAll(
            FollowAsync(Jobs * EventsPerJob, new Random(seed + 1), told, () => host.FollowAsync("zoe", place), last => place = last),
            FollowAsync(EventsPerJob, new Random(seed + 2), jobTold, () => host.FollowAsync("zoe", Facts.Job(0), jobPlace), last => jobPlace = last
                ?? jobPlace),
            writing);

        Assert.Equal(Enumerable.Range(1, EventsPerJob).Select(version => $"{Facts.Job(0)}:{version}"), jobTold);
        Assert.Equal(Jobs * EventsPerJob, told.Distinct().Count());
        Assert.Equal(Jobs * EventsPerJob, told.Count);
        foreach (var job in told.GroupBy(id => id[..36]))
            Assert.Equal(Enumerable.Range(1, EventsPerJob).Select(version => $"{job.Key}:{version}"), job);
    }

    private static async Task FollowAsync(int count, Random random, List<string> told, Func<Task<EventStreamReader>> open, Action<string?> moveTo)
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (told.Count < count)
        {
            await using var feed = await open();
            // Broken after any block: an event, a place, or nothing at all.
            for (var left = random.Next(0, 30); left > 0 && told.Count < count && await feed.ReadAsync(waitLimit.Token) is { } block; left--)
            {
                Assert.NotEqual("reload", block.Type);
                if (block.Type is not null) told.Add(EventStreamReader.IdOf(block));
            }

            moveTo(feed.LastEventId);
        }
    }

    private static async Task Write(FeedHost host, Random random)
    {
        var versions = new int[Jobs];
        versions[0] = 1;
        for (var left = Jobs * EventsPerJob - 1; left > 0;)
        {
            var job = random.Next(Jobs);
            if (versions[job] == EventsPerJob) continue;
            versions[job]++;
            left--;
            host.Add(versions[job] == 1 ? Facts.Requested(Facts.Job(job)) : Facts.Declined(Facts.Job(job), version: versions[job]));
            if (random.Next(8) == 0) await Task.Delay(random.Next(3));
        }
    }
}
