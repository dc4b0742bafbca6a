using System.Net.Sockets;
using System.Text;
using JobRequests.Gateway.Events;
using JobRequests.Gateway.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Events;

/// <summary><c>GET /v1/events</c>.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public async Task Each_caller_sees_the_events_of_its_own_jobs()
    {
        await using var host = await FeedHost.StartAsync();
        await using var zoe = await host.FollowAsync("zoe");
        await using var ann = await host.FollowAsync("ann");
        await using var admin = await host.FollowAsync("admin");

        host.Add(Facts.Requested(Facts.Job(1), "zoe", "bob"));
        host.Add(Facts.Requested(Facts.Job(2), "max", "ann"));
        host.Add(Facts.Accepted(Facts.Job(1), "bob"));
        host.Add(Facts.Accepted(Facts.Job(2), "ann"));

        Assert.Equal([$"{Facts.Job(1)}:1", $"{Facts.Job(1)}:2"], await zoe.NextAsync(2));
        Assert.Equal([$"{Facts.Job(2)}:1", $"{Facts.Job(2)}:2"], await ann.NextAsync(2));
        Assert.Equal([$"{Facts.Job(1)}:1", $"{Facts.Job(2)}:1", $"{Facts.Job(1)}:2", $"{Facts.Job(2)}:2"], await admin.NextAsync(4));
    }

    [Fact]
    public async Task A_loser_hears_that_the_job_is_taken()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Facts.Job(1)));
        await using var bob = await host.FollowAsync("bob");

        host.Add(Facts.Accepted(Facts.Job(1), "ann"));

        var told = await bob.NextAsync();
        Assert.Equal("JobAccepted", told.Type);
        Assert.DoesNotContain("ann", told.Data!);
    }

    [Fact]
    public async Task A_returning_client_gets_missed_events_first()
    {
        await using var host = await FeedHost.StartAsync();
        string? place;
        await using (var zoe = await host.FollowAsync("zoe"))
        {
            host.Add(Facts.Requested(Facts.Job(1)));
            await zoe.NextAsync();
            place = zoe.LastEventId;
        }

        host.Add(Facts.Accepted(Facts.Job(1)));
        host.Add(Facts.Requested(Facts.Job(2), "max", "eve"));
        host.Add(Facts.Requested(Facts.Job(3)));
        await using var again = await host.FollowAsync("zoe", place);

        Assert.Equal([$"{Facts.Job(1)}:2", $"{Facts.Job(3)}:1"], await again.NextAsync(2));
        host.Add(Facts.Accepted(Facts.Job(3)));
        Assert.Equal([$"{Facts.Job(3)}:2"], await again.NextAsync(1));
    }

    [Fact]
    public async Task A_client_without_events_has_a_cursor()
    {
        await using var host = await FeedHost.StartAsync();
        string? place;
        await using (var zoe = await host.FollowAsync("zoe"))
        {
            await zoe.ReadAsync(CancellationToken.None);
            while (zoe.LastEventId is null) await zoe.ReadAsync(CancellationToken.None);
            place = zoe.LastEventId;
        }

        host.Add(Facts.Requested(Facts.Job(1)));
        await using var again = await host.FollowAsync("zoe", place);

        Assert.Equal([$"{Facts.Job(1)}:1"], await again.NextAsync(1));
    }

    [Fact]
    public async Task A_client_away_too_long_reloads_and_continues()
    {
        await using var host = await FeedHost.StartAsync(("Feed:Buffer", "2"), ("Feed:MaxCatchUp", "0"));
        await using var zoe = await host.FollowAsync("zoe");
        host.Add(Facts.Requested(Facts.Job(0)));
        await zoe.NextAsync();
        for (var number = 1; number < 5; number++) host.Add(Facts.Requested(Facts.Job(number)));
        await zoe.NextAsync(1);
        var place = zoe.LastEventId;
        await zoe.NextAsync(3);

        await using var again = await host.FollowAsync("zoe", place);
        Assert.Equal(["reload"], await again.NextAsync(1));
        host.Add(Facts.Requested(Facts.Job(9)));
        Assert.Equal([$"{Facts.Job(9)}:1"], await again.NextAsync(1));
    }

    [Fact]
    public async Task A_place_of_another_run_makes_the_client_reload()
    {
        await using var host = await FeedHost.StartAsync();

        await using var zoe = await host.FollowAsync("zoe", new FeedCursor(4711, [12]).ToString());

        Assert.Equal("reload", (await zoe.NextAsync()).Type);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("5f0c6a52-7d0f-5b9c-9a60-000000000001:2")]
    public async Task An_invalid_Last_Event_ID_is_named(string lastEventId)
    {
        await using var host = await FeedHost.StartAsync();

        var answer = await host.GetAsync("/v1/events", "zoe", ("Last-Event-ID", lastEventId));

        Assert.Equal((400, "validation"), (answer.Status, answer.ProblemType));
        Assert.Equal(["Last-Event-ID"], answer.WrongFields);
    }

    [Fact]
    public async Task An_idle_feed_gets_heartbeats_with_a_fresh_cursor()
    {
        await using var host = await FeedHost.StartAsync(("Feed:Heartbeat", "00:00:00.2"), ("Feed:Buffer", "1"));
        await using var ann = await host.FollowAsync("ann");
        for (var number = 0; number < 10; number++) host.Add(Facts.Requested(Facts.Job(number), "zoe", "bob"));

        // Its place would be lost by now, had no heartbeat moved it on.
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (place, heartbeats) = ("", 0);
        while (heartbeats < 40 && await ann.ReadAsync(waitLimit.Token) is { } block)
        {
            if (!block.IsHeartbeat) continue;
            heartbeats++;
            if (block.Id is { } id && id != place && place.Length > 0) break;
            place = block.Id ?? place;
            if (heartbeats > 2) break;
        }

        await using var again = await host.FollowAsync("ann", ann.LastEventId);
        host.Add(Facts.Requested(Facts.Job(99), "zoe", "ann"));
        Assert.Equal([$"{Facts.Job(99)}:1"], await again.NextAsync(1));
    }

    [Fact]
    public async Task Connections_beyond_the_limits_are_refused_and_leave_no_trace()
    {
        await using var host = await FeedHost.StartAsync(("Feed:MaxConnections", "3"), ("Feed:MaxConnectionsPerCaller", "2"));
        var connections = host.Gateway.App.Services.GetRequiredService<LiveConnections>();
        await using (await host.FollowAsync("zoe"))
        await using (await host.FollowAsync("zoe"))
        {
            var third = await host.GetAsync("/v1/events", "zoe");
            Assert.Equal((429, "quota-exceeded"), (third.Status, third.ProblemType));
            Assert.NotNull(third.Header("Retry-After"));
            await using (await host.FollowAsync("ann"))
            {
                var fourth = await host.GetAsync("/v1/events", "bob");
                Assert.Equal((503, "overloaded"), (fourth.Status, fourth.ProblemType));
            }
        }

        await Idempotency.Redis.Eventually.TrueAsync(() => Task.FromResult(connections.InFlight == 0), "every connection has left");
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_alone()
    {
        await using var host = await FeedHost.StartAsync(("Feed:Queue", "8"));
        var connections = host.Gateway.App.Services.GetRequiredService<LiveConnections>();
        using var slow = new TcpClient { ReceiveBufferSize = 1024 };
        await slow.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer dev-zoe\r\n\r\n"));
        await using var reading = await host.FollowAsync("zoe");
        await Idempotency.Redis.Eventually.TrueAsync(() => Task.FromResult(connections.InFlight == 2), "both have come");

        // Large events fill what lies between server and client.
        var candidates = Enumerable.Range(0, 900).Select(number => $"candidate-with-a-long-name-{number}").ToArray();
        for (var number = 0; connections.InFlight == 2; number++)
        {
            Assert.True(number < 5_000, "The client that does not read was never closed.");
            host.Add(Facts.Requested(Facts.Job(number), "zoe", candidates));
            Assert.Equal([$"{Facts.Job(number)}:1"], await reading.NextAsync(1));
        }

        Assert.Equal(1, connections.InFlight);
    }

    [Fact]
    public async Task A_stopping_gateway_finishes_feeds_and_refuses_new_ones()
    {
        var host = await FeedHost.StartAsync();
        await using var zoe = await host.FollowAsync("zoe");
        for (var number = 0; number < 50; number++) host.Add(Facts.Requested(Facts.Job(number)));
        Assert.Single(await zoe.NextAsync(1));

        var told = zoe.ToEndAsync();
        await host.DisposeAsync();

        var ids = await told;
        Assert.Equal(Enumerable.Range(1, ids.Count).Select(number => $"{Facts.Job(number)}:1"), ids);
        Assert.NotNull(zoe.LastEventId);
    }
}
