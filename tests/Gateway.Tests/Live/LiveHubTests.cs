using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Gateway.Requests;
using JobRequests.Gateway.Tests.Events;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace JobRequests.Gateway.Tests.Live;

/// <summary>The hub, with the client that its users have.</summary>
public sealed class LiveHubTests
{
    private static readonly string Job = Facts.Job(1);

    [Fact]
    public async Task A_command_is_taken_at_once_and_its_outcome_follows()
    {
        await using var host = await FeedHost.StartAsync();
        await using var zoe = await HubClient.ConnectAsync(host, "zoe");

        var taken = await zoe.SendAsync("create", null, "k1", new { candidates = new[] { "ann" }, tasks = Array.Empty<object>() });
        var (key, answer) = await zoe.OutcomeAsync();

        Assert.Equal("""{"accepted":true}""", taken.GetRawText());
        Assert.Equal(("k1", "SUCCESS", JobRequestId.Derive("zoe", "k1")),
            (key, answer.GetProperty("outcome").GetString(), answer.GetProperty("jobRequestId").GetString()));
    }

    [Fact]
    public async Task A_key_has_one_outcome_over_hub_and_HTTP()
    {
        await using var host = await FeedHost.StartAsync();
        await using var ann = await HubClient.ConnectAsync(host, "ann");
        await ann.SendAsync("finish-task", Job, "k1", new { task = "t1", ifMatch = 3 });
        await ann.OutcomeAsync();

        await ann.SendAsync("finish-task", Job, "k1", new { ifMatch = 3, task = "t1" });
        var (_, again) = await ann.OutcomeAsync();
        var http = await host.PostAsync($"/v1/job-requests/{Job}/tasks/t1/finish", null, "ann", "k1", ("If-Match", "\"3\""));

        Assert.True(again.GetProperty("replayed").GetBoolean());
        Assert.Equal((200, "true"), (http.Status, http.Header("Idempotency-Replayed")));
        Assert.Single(host.Gateway.Jobs.Submitted);
    }

    [Fact]
    public async Task A_rejection_is_the_same_problem_as_over_HTTP()
    {
        await using var host = await FeedHost.StartAsync();
        host.Gateway.Jobs.Decide = _ => new JobRequestReply.Rejected("ALREADY_ACCEPTED", 2, false, null);
        await using var bob = await HubClient.ConnectAsync(host, "bob");

        await bob.SendAsync("accept", Job, "k2");
        var (_, answer) = await bob.OutcomeAsync();

        Assert.Equal(
            ("/problems/already-accepted", 409, "FAIL", 2),
            (answer.GetProperty("type")
                .GetString(), answer.GetProperty("status")
                .GetInt32(), answer.GetProperty("outcome")
                .GetString(), answer.GetProperty("version")
                .GetInt32()));
    }

    [Fact]
    public async Task An_outcome_that_comes_after_a_reconnect_reaches_the_caller()
    {
        await using var host = await FeedHost.StartAsync();
        host.Gateway.Jobs.Decide = _ => null;
        var zoe = await HubClient.ConnectAsync(host, "zoe");
        await zoe.SendAsync("cancel", Job, "k1");
        await zoe.DisposeAsync();
        await using var again = await HubClient.ConnectAsync(host, "zoe");
        await again.SendAsync("cancel", Job, "k1");

        host.Gateway.Jobs.Settle(new RequestName("zoe", "cancel", Job, "k1"), new JobRequestReply.Succeeded(2, null, false));

        var (key, answer) = await again.OutcomeAsync();
        Assert.Equal(("k1", "SUCCESS"), (key, answer.GetProperty("outcome").GetString()));
        Assert.Single(host.Gateway.Jobs.Submitted);
    }

    [Theory]
    [InlineData("destroy", "k1", "{}", "validation", "operation")]
    [InlineData("accept", "no key", "{}", "idempotency-key-malformed", "key")]
    [InlineData("accept", null, "{}", "idempotency-key-malformed", "key")]
    [InlineData("accept", "k1", "7", "validation", "body")]
    [InlineData("accept", "k1", """{"caller":"ann"}""", "validation", "caller")]
    [InlineData("accept", "k1", """{"ifMatch":"7"}""", "validation", "ifMatch")]
    [InlineData("accept", "k1", """{"task":"t1"}""", "validation", "task")]
    [InlineData("accept", "k1", """{"requestId":"k2"}""", "validation", "requestId")]
    [InlineData("finish-task", "k1", "{}", "validation", "task")]
    [InlineData("decline", "k1", """{"reason":7}""", "validation", "reason")]
    public async Task A_wrong_call_is_named_and_not_published(string operation, string? key, string body, string problem, string field)
    {
        await using var host = await FeedHost.StartAsync();
        await using var ann = await HubClient.ConnectAsync(host, "ann");

        var answer = await ann.SendAsync(operation, Job, key, JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal($"/problems/{problem}", answer.GetProperty("type").GetString());
        Assert.Equal(field, answer.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Empty(host.Gateway.Jobs.Submitted);
    }

    [Fact]
    public async Task Calls_of_wrong_shape_or_size_are_errors()
    {
        await using var host = await FeedHost.StartAsync();
        await using var zoe = await HubClient.ConnectAsync(host, "zoe");

        await Assert.ThrowsAsync<HubException>(() => zoe.Connection.InvokeAsync("Send", "accept"));
        await Assert.ThrowsAsync<HubException>(() => zoe.Connection.InvokeAsync("Send", new { no = "text" }, 1, 2, 3));
        await Assert.ThrowsAsync<HubException>(() => zoe.Connection.InvokeAsync("Nothing"));
        var large = await zoe.SendAsync("decline", Job, "k1", new { reason = new string('x', 1024 * 1024) });
        Assert.Equal("/problems/payload-too-large", large.GetProperty("type").GetString());

        await zoe.SendAsync("cancel", Job, "k2");
        Assert.Equal("k2", (await zoe.OutcomeAsync()).Key);
    }

    [Fact]
    public async Task Only_watched_jobs_send_events()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        host.Add(Facts.Requested(Facts.Job(2)));
        await using var ann = await HubClient.ConnectAsync(host, "ann");

        Assert.Equal("""{"watching":true,"version":1}""", (await ann.Connection.InvokeAsync<JsonElement>("Watch", Job)).GetRawText());
        host.Add(Facts.Declined(Job));
        Assert.Equal($"{Job}:2", await ann.EventAsync());

        await ann.Connection.InvokeAsync("Unwatch", Job);
        await ann.Connection.InvokeAsync<JsonElement>("Watch", Facts.Job(2));
        host.Add(Facts.Accepted(Job, version: 3));
        host.Add(Facts.Accepted(Facts.Job(2)));
        Assert.Equal($"{Facts.Job(2)}:2", await ann.EventAsync());
    }

    [Fact]
    public async Task A_job_of_others_cannot_be_watched()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        await using var eve = await HubClient.ConnectAsync(host, "eve");

        var answer = await eve.Connection.InvokeAsync<JsonElement>("Watch", Job);

        Assert.Equal("/problems/job-request-not-found", answer.GetProperty("type").GetString());
        await eve.Connection.InvokeAsync<JsonElement>("WatchMine");
        host.Add(Facts.Accepted(Job));
        host.Add(Facts.Requested(Facts.Job(2), "zoe", "eve"));
        Assert.Equal($"{Facts.Job(2)}:1", await eve.EventAsync());
    }

    [Fact]
    public async Task Connections_beyond_the_callers_share_are_refused()
    {
        await using var host = await FeedHost.StartAsync(("Feed:MaxConnectionsPerCaller", "1"));
        await using var first = await HubClient.ConnectAsync(host, "zoe");

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => HubClient.ConnectAsync(host, "zoe"));

        Assert.Equal(429, (int?)refused.StatusCode);
        await using var other = await HubClient.ConnectAsync(host, "ann");
    }
}
