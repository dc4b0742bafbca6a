using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using JobRequests.Testing;

namespace JobRequests.EndToEnd.Tests;

/// <summary>The live feed of the embedded service goes on where a client was, over the end of the process.</summary>
public sealed class FeedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-e2e-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("10000")]
    [InlineData("1")]
    public async Task A_client_misses_nothing_over_kill_9(string buffer)
    {
        // With a buffer of one event the missed ones come from the log.
        var environment = new Dictionary<string, string> { ["Feed__Buffer"] = buffer };
        string cursor;
        var missed = new List<string>();

        await using (var server = await StandaloneServer.StartAsync(_folder, environment))
        {
            using var http = Caller(server);
            (cursor, _) = await FollowAsync(http, from: null, events: 1, () => CreateAsync(http, "seen"));
            for (var number = 0; number < 5; number++) missed.Add(await CreateAsync(http, $"missed{number}"));
            // The answer to the last one came before its event was in the log.
            await FollowAsync(http, cursor, events: 5);
            await server.KillAsync();
        }

        await using (var server = await StandaloneServer.StartAsync(_folder, environment))
        {
            using var http = Caller(server);
            var later = "";
            var (_, told) = await FollowAsync(http, cursor, events: 6, async () => later = await CreateAsync(http, "later"));

            Assert.Equal([.. missed, later], told);
        }
    }

    private static HttpClient Caller(StandaloneServer server)
    {
        var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-zoe");
        return http;
    }

    private static async Task<string> CreateAsync(HttpClient http, string key)
    {
        using var answer = await http.CreateAsync("zoe", key, "ann");
        return answer.EnsureSuccessStatusCode().Headers.Location!.ToString().Split('/')[^1];
    }

    /// <returns>The cursor after so many events, and the jobs that they tell of.</returns>
    private static async Task<(string Cursor, List<string> Jobs)> FollowAsync(HttpClient http, string? from, int events, Func<Task>? onOpen = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        if (from is not null) request.Headers.Add("Last-Event-ID", from);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var parser = SseParser.Create(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync());
        if (onOpen is not null) await onOpen();
        var jobs = new List<string>();
        await foreach (var item in parser.EnumerateAsync(TestContext.Current.CancellationToken))
        {
            Assert.NotEqual("reload", item.EventType);
            if (JsonNode.Parse(item.Data is "" ? "null" : item.Data)?["jobRequestId"] is not { } job) continue;
            jobs.Add(job.GetValue<string>());
            if (jobs.Count == events) return (parser.LastEventId, jobs);
        }

        throw new InvalidOperationException("The feed ended.");
    }
}
