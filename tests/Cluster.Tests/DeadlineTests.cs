using System.Net.Http.Json;
using System.Text.Json;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;

namespace JobRequests.Cluster.Tests;

/// <summary>
/// Jobs of both silos' shares whose deadline passes, and nobody asks. In a database of their own: the stand-in for MongoDB looks through all
/// jobs to find those that are due, and the sweepers ask a slow server less often.
/// </summary>
[Collection(OneCluster.Name)]
public sealed class DeadlineTests
{
    private const int Jobs = 24;
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Jobs_that_nobody_touches_expire_by_themselves_wherever_they_live()
    {
        await using var cluster = await LocalCluster.StartAsync(gateways: 1);
        using var http = new HttpClient { BaseAddress = cluster.Gateways[0] };
        using var caller = new RecordingCaller(cluster.Gateways);
        var expiresAt = DateTimeOffset.UtcNow.AddSeconds(5);
        var jobs = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(_ => OfferAsync(http, expiresAt)));
        // Ids are hashes: each of the two shares has some.
        Assert.Contains(jobs, static job => job[0] < '8');
        Assert.Contains(jobs, static job => job[0] >= '8');

        // A view is read, which asks no job.
        await Aftermath.UntilAsync(() => StillOpen(caller, jobs), static open => open.Count == 0, "all of them are expired");
        foreach (var job in jobs) Assert.InRange(await ExpiredAtAsync(caller, job), expiresAt, expiresAt + Lateness);
    }

    private static List<string> StillOpen(RecordingCaller caller, IEnumerable<string> jobs) =>
        [.. jobs.Where(job => caller.GetAsync($"/v1/job-requests/{job}", "zoe").GetAwaiter().GetResult().GetProperty("status").GetString() != "Expired")];

    private static async Task<DateTimeOffset> ExpiredAtAsync(RecordingCaller caller, string job) =>
        (await caller.GetAsync($"/v1/job-requests/{job}/history", "zoe")).GetProperty("events").EnumerateArray().Last().GetProperty("at").GetDateTimeOffset();

    private static async Task<string> OfferAsync(HttpClient http, DateTimeOffset expiresAt)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/job-requests")
        {
            Headers = { { "Authorization", "Bearer dev-zoe" }, { "Idempotency-Key", $"d-{Guid.NewGuid():N}" } },
            Content = JsonContent.Create(new { candidates = new[] { "ann" }, tasks = Array.Empty<object>(), expiresAt }),
        };
        using var answer = await http.SendAsync(message);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("SUCCESS", body.GetProperty("outcome").GetString());
        return body.GetProperty("jobRequestId").GetString()!;
    }
}
