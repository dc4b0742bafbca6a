using JobRequests.Domain;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;

namespace JobRequests.Cluster.Tests;

/// <summary>The live feed of a cluster: a client may lose its gateway at any moment and goes on at another one.</summary>
[Collection(OneCluster.Name)]
public sealed class FeedTests(ClusterFixture fixture)
{
    private const int Jobs = 60;
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task Clients_of_a_killed_gateway_miss_and_repeat_nothing()
    {
        var requester = $"zoe-{Guid.NewGuid():N}";
        using var caller = new RecordingCaller(_cluster.Gateways[1]);
        await using var first = await Feed.OpenAsync(_cluster.Gateways[0], requester, null);
        var told = new List<string>();

        // Sent to the other gateway: each event comes by the log.
        await CreateAsync(caller, requester, 0, Jobs / 2);
        while (told.Count < Jobs / 4) told.Add(await first.NextAsync());
        await _cluster.KillAsync("gateway", 1);
        await CreateAsync(caller, requester, Jobs / 2, Jobs);

        // What had been on its way to the client counts: it has read it or it has not.
        while (await first.NextOrEndAsync() is { } id) told.Add(id);
        await using (var second = await Feed.OpenAsync(_cluster.Gateways[1], requester, first.LastEventId))
            while (told.Count < Jobs) told.Add(await second.NextAsync());

        Assert.Equal(Enumerable.Range(0, Jobs).Select(number => $"{Job(requester, number)}:1").Order(), told.Order());
        await _cluster.StartAsync("gateway", 1);
        await using var third = await Feed.OpenAsync(_cluster.Gateways[0], requester, first.LastEventId);
        var again = told.SkipWhile(id => id != first.LastRead).Skip(1).ToList();
        var replayed = new List<string>();
        while (replayed.Count < again.Count) replayed.Add(await third.NextAsync());
        Assert.Equal(again.Order(), replayed.Order());
    }

    private static async Task CreateAsync(RecordingCaller caller, string requester, int from, int to)
    {
        await Parallel.ForEachAsync(Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
            Assert.Equal("SUCCESS",
                (await caller.SendUntilDecidedAsync(new Request(Job(requester, number), "create", requester, $"feed-{number}", ["ann", "bob"]))).Outcome));
    }

    private static string Job(string requester, int number) => JobRequestId.Derive(requester, $"feed-{number}");
}
