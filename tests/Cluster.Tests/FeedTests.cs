using System.Net;
using System.Net.Http.Headers;
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

    private sealed class Feed(HttpResponseMessage response, StreamReader lines, string? lastEventId) : IAsyncDisposable
    {
        private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };

        public string? LastEventId { get; private set; } = lastEventId;

        public string? LastRead { get; private set; }

        public static async Task<Feed> OpenAsync(Uri gateway, string person, string? lastEventId)
        {
            // A gateway that has just started says so until it knows where the topic ends.
            var response = await SendAsync(gateway, person, lastEventId);
            for (var waitLimit = Task.Delay(TimeSpan.FromSeconds(60)); response.StatusCode == HttpStatusCode.ServiceUnavailable && !waitLimit.IsCompleted;)
            {
                response.Dispose();
                // It can only be asked again.
                await Task.Delay(TimeSpan.FromMilliseconds(100));
                response = await SendAsync(gateway, person, lastEventId);
            }

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var feed = new Feed(response, new StreamReader(await response.Content.ReadAsStreamAsync()), lastEventId);
            // Where it begins is told first.
            while (feed.LastEventId is null) await feed.ReadBlockAsync();
            return feed;
        }

        public async Task<string> NextAsync() => await NextOrEndAsync() ?? throw new EndOfStreamException("The feed ended.");

        public async Task<string?> NextOrEndAsync()
        {
            try
            {
                while (await ReadBlockAsync() is { } block)
                    if (block.Type is not null) return LastRead = Id(block.Type, block.Data);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                // Killed: what was cut off was not read.
            }

            return null;
        }

        public ValueTask DisposeAsync()
        {
            lines.Dispose();
            response.Dispose();
            return default;
        }

        private static async Task<HttpResponseMessage> SendAsync(Uri gateway, string person, string? lastEventId)
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway, "/v1/events"));
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", $"dev-{person}");
            if (lastEventId is not null) message.Headers.Add("Last-Event-ID", lastEventId);
            return await Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        }

        private static string Id(string type, string? data)
        {
            Assert.NotEqual("reload", type);
            using var json = System.Text.Json.JsonDocument.Parse(data!);
            return $"{json.RootElement.GetProperty("jobRequestId").GetString()}:{json.RootElement.GetProperty("version").GetInt32()}";
        }

        private async Task<(string? Type, string? Data)?> ReadBlockAsync()
        {
            using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            string? id = null, type = null, data = null;
            while (await lines.ReadLineAsync(waitLimit.Token) is { } line)
            {
                if (line.Length == 0)
                {
                    LastEventId = id ?? LastEventId;
                    return (type, data);
                }

                if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            }

            return null;
        }
    }
}
