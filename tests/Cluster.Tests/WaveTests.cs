using System.Net;
using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;

namespace JobRequests.Cluster.Tests;

/// <summary>Waves in real time: who was not asked yet knows nothing, and no wave is lost with the silos.</summary>
[Collection(OneCluster.Name)]
public sealed class WaveTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task Three_waves_open_in_turn_across_killed_silos()
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        string[] people = [.. Enumerable.Range(1, 6).Select(number => $"p{number}-{run}")];
        var job = JobRequestId.Derive("zoe", run);
        using var caller = new RecordingCaller(_cluster.Gateways);
        await using var third = await Feed.OpenAsync(_cluster.Gateways[0], people[2], null);
        await using var fifth = await Feed.OpenAsync(_cluster.Gateways[1], people[4], null);

        await SucceedAsync(new Request(job, "create", "zoe", run, people, Waves: [2, 2]));
        await AssertKnowsAsync(2);

        // When the first two have declined, the next two are asked in the same write.
        foreach (var person in people[..2]) await SucceedAsync(new Request(job, "decline", person, run));
        Assert.Equal($"{job}:4", await third.NextAsync());
        await AssertKnowsAsync(4);

        await Task.WhenAll(_cluster.KillAsync("silo", 1), _cluster.KillAsync("silo", 2));
        await Task.WhenAll(_cluster.StartAsync("silo", 1), _cluster.StartAsync("silo", 2));

        Assert.Equal($"{job}:5", await fifth.NextAsync());
        await AssertKnowsAsync(6);
        await SucceedAsync(new Request(job, "accept", people[5], run));
        var events = (await caller.GetAsync($"/v1/job-requests/{job}/history", "zoe")).GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(
            ["JobRequested", "JobDeclined", "JobDeclined", "OfferWidened", "OfferWidened", "JobAccepted"],
            events.Select(@event => @event.GetProperty("type").GetString()));
        Assert.Equal([2, 3], events[3..5].Select(@event => @event.GetProperty("data").GetProperty("wave").GetInt32()));
        Assert.True(At(events[4]) - At(events[3]) >= TimeSpan.FromSeconds(5), "The third wave came too early.");

        async Task SucceedAsync(Request request) => Assert.Equal("SUCCESS", (await caller.SendUntilDecidedAsync(request)).Outcome);

        async Task AssertKnowsAsync(int count)
        {
            foreach (var (person, number) in people.Select((person, index) => (person, index + 1)))
            {
                var status = HttpStatusCode.OK;
                try
                {
                    await caller.ReadJobAsync(job, person);
                }
                catch (HttpRequestException exception)
                {
                    status = exception.StatusCode!.Value;
                }

                Assert.Equal((number, number <= count ? HttpStatusCode.OK : HttpStatusCode.NotFound), (number, status));
                var list = await caller.GetAsync("/v1/job-requests", person);
                if (number > count) Assert.Equal(0, list.GetProperty("items").GetArrayLength());
            }
        }
    }

    private static DateTimeOffset At(JsonElement @event) => @event.GetProperty("at").GetDateTimeOffset();
}
