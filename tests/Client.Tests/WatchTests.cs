using JobRequests.Testing.Stub;
using Microsoft.AspNetCore.Http;

namespace JobRequests.Client.Tests;

/// <summary>A watch through connections that break.</summary>
public sealed class WatchTests
{
    private const string Job = "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11";

    [Fact]
    public async Task A_watch_continues_after_its_connection_ends()
    {
        await using var client = await Watcher.StartAsync(
            Feed("retry: 5\n\n", Event(1)),
            Feed(Event(2), "id: cut-off\nevent: JobCancelled\ndata: {\"jobReq"),
            Feed(Event(2), Event(3)));

        Assert.Equal([1, 2, 3], await ReadAsync(client, Job, 3));

        Assert.Equal([$"/v1/job-requests/{Job}/events"], client.Gateway.Seen.Select(seen => seen.Target).Distinct());
        Assert.Equal([null, $"{Job}:1", $"{Job}:2"], client.Gateway.Seen.Select(seen => seen["Last-Event-ID"]));
    }

    [Fact]
    public async Task A_place_without_an_event_counts_and_heartbeats_do_not()
    {
        await using var client = await Watcher.StartAsync(Feed(":\nid: p1\n\n", ":\n\n"), Feed(Event(1)));

        Assert.Equal([1], await ReadAsync(client, null, 1));

        Assert.Equal([null, "p1"], client.Gateway.Seen.Select(seen => seen["Last-Event-ID"]));
        Assert.Equal("/v1/events", client.Gateway.Seen[0].Target);
    }

    [Fact]
    public async Task A_service_that_is_busy_in_between_is_tried_again()
    {
        await using var client = await Watcher.StartAsync(Feed(Event(1)), Refuse(503), Refuse(429), Feed(Event(2)));

        Assert.Equal([1, 2], await ReadAsync(client, Job, 2));
    }

    [Fact]
    public async Task A_reload_is_told()
    {
        await using var client = await Watcher.StartAsync(Feed("id: p2\nevent: reload\ndata: {}\n\n", Event(7)));

        await using var items = client.Client.WatchAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await items.MoveNextAsync());
        Assert.IsType<WatchItem.Reload>(items.Current);
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(7, Assert.IsType<WatchItem.Happened>(items.Current).Event.Version);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(401)]
    [InlineData(503)]
    public async Task A_refusal_at_the_beginning_is_the_callers(int status)
    {
        await using var client = await Watcher.StartAsync(Refuse(status));

        var refused = await Assert.ThrowsAsync<JobRequestsException>(() => ReadAsync(client, Job, 1));

        Assert.Equal(status, refused.Answer.Status);
    }

    [Fact]
    public async Task A_page_instead_of_a_feed_is_not_followed()
    {
        await using var client = await Watcher.StartAsync(Answer.Raw(200, "text/html", "<html>"));

        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(client, Job, 1));
    }

    private static async Task<List<long>> ReadAsync(Watcher client, string? job, int count)
    {
        var versions = new List<long>();
        await foreach (var item in client.Client.WatchAsync(job, TestContext.Current.CancellationToken))
        {
            versions.Add(Assert.IsType<WatchItem.Happened>(item).Event.Version);
            if (versions.Count == count) break;
        }

        return versions;
    }

    private static string Event(int version) =>
        $$"""
        id: {{Job}}:{{version}}
        event: JobAccepted
        data: {"jobRequestId":"{{Job}}","version":{{version}},"type":"JobAccepted","at":"2026-11-24T10:00:00.000Z","by":"ann","epoch":1,"data":{ } }


        """;

    private static RequestDelegate Feed(params string[] blocks) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var block in blocks) await context.Response.WriteAsync(block);
    };

    private static RequestDelegate Refuse(int status) => Answer.Refused(status, "SOME_REFUSAL");

    /// <summary>A client on the real clock: its pauses pass by themselves.</summary>
    private sealed class Watcher : IAsyncDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

        private Watcher(StubGateway gateway)
        {
            Gateway = gateway;
            Client = new JobRequestsClient(_http, new JobRequestsClientOptions { BaseAddress = gateway.Address, FirstPause = TimeSpan.FromMilliseconds(1) });
        }

        public StubGateway Gateway { get; }

        public JobRequestsClient Client { get; }

        public static async Task<Watcher> StartAsync(params IEnumerable<RequestDelegate> answers) => new(await StubGateway.StartAsync(answers));

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await Gateway.DisposeAsync();
            Assert.Equal(0, Gateway.Unexpected);
        }
    }
}
