using System.Text.Json;
using JobRequests.Gateway.Tests.Events;
using Microsoft.AspNetCore.SignalR.Client;

namespace JobRequests.Gateway.Tests.Live;

/// <summary>A client of the hub that comes back is told what it missed, then what comes.</summary>
public sealed class HubResumeTests
{
    private static readonly string Job = Facts.Job(1);

    [Fact]
    public async Task A_client_resumes_everything_by_its_cursor()
    {
        await using var host = await FeedHost.StartAsync();
        var before = await HubClient.ConnectAsync(host, "ann");
        Assert.True((await before.Connection.InvokeAsync<JsonElement>("WatchMine")).TryGetProperty("cursor", out _));
        host.Add(Facts.Requested(Job));
        var last = await before.NextEventAsync();
        await before.DisposeAsync();
        host.Add(Facts.Declined(Job));
        host.Add(Facts.Requested(Facts.Job(2)));
        host.Add(Facts.Requested(Facts.Job(3), "zoe", "somebody-else"));

        await using var again = await HubClient.ConnectAsync(host, "ann");
        var resumed = await again.Connection.InvokeAsync<JsonElement>("ResumeMine", last.GetProperty("cursor").GetString());
        host.Add(Facts.Accepted(Facts.Job(2)));

        Assert.True(resumed.GetProperty("watching").GetBoolean());
        Assert.Equal([$"{Job}:2", $"{Facts.Job(2)}:1", $"{Facts.Job(2)}:2"], [await again.EventAsync(), await again.EventAsync(), await again.EventAsync()]);
        Assert.Equal(0, again.Reloads);
    }

    [Fact]
    public async Task A_client_that_had_no_event_yet_resumes_too()
    {
        await using var host = await FeedHost.StartAsync();
        var before = await HubClient.ConnectAsync(host, "zoe");
        var cursor = (await before.Connection.InvokeAsync<JsonElement>("WatchMine")).GetProperty("cursor").GetString();
        await before.DisposeAsync();
        host.Add(Facts.Requested(Job));

        await using var again = await HubClient.ConnectAsync(host, "zoe");
        await again.Connection.InvokeAsync<JsonElement>("ResumeMine", cursor);

        Assert.Equal($"{Job}:1", await again.EventAsync());
    }

    [Fact]
    public async Task A_hub_client_away_too_long_is_told_to_reload()
    {
        await using var host = await FeedHost.StartAsync(("Feed:Buffer", "2"), ("Feed:MaxCatchUp", "0"));
        await using var first = await HubClient.ConnectAsync(host, "zoe");
        var cursor = (await first.Connection.InvokeAsync<JsonElement>("WatchMine")).GetProperty("cursor").GetString();
        for (var number = 1; number <= 5; number++) host.Add(Facts.Requested(Facts.Job(number)));
        for (var number = 1; number <= 5; number++) await first.EventAsync();

        await using var again = await HubClient.ConnectAsync(host, "zoe");
        await again.Connection.InvokeAsync<JsonElement>("ResumeMine", cursor);
        host.Add(Facts.Accepted(Job));

        Assert.Equal($"{Job}:2", await again.EventAsync());
        Assert.Equal(1, again.Reloads);
    }

    [Fact]
    public async Task A_client_resumes_a_job_by_its_version()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        host.Add(Facts.Declined(Job));
        host.Add(Facts.Accepted(Job, version: 3));
        await using var ann = await HubClient.ConnectAsync(host, "ann");

        var resumed = await ann.Connection.InvokeAsync<JsonElement>("Resume", Job, 1);
        host.Add(new(Job, 4, "JobStarted", Facts.At, "ann", "k4", 1, Grains.Abstractions.JobEventData.None));

        Assert.Equal("""{"watching":true,"version":3}""", resumed.GetRawText());
        Assert.Equal([$"{Job}:2", $"{Job}:3", $"{Job}:4"], [await ann.EventAsync(), await ann.EventAsync(), await ann.EventAsync()]);
    }

    [Theory]
    [InlineData("ResumeMine", null, "validation")]
    [InlineData("ResumeMine", "no cursor", "validation")]
    [InlineData("Resume", 7, "validation")]
    public async Task A_place_that_cannot_be_is_refused(string method, object? place, string problem)
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        await using var ann = await HubClient.ConnectAsync(host, "ann");

        var answer = method == "Resume"
            ? await ann.Connection.InvokeAsync<JsonElement>(method, Job, place)
            : await ann.Connection.InvokeAsync<JsonElement>(method, place);

        Assert.Equal($"/problems/{problem}", answer.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_stranger_cannot_resume_a_jobs_feed()
    {
        await using var host = await FeedHost.StartAsync();
        host.Add(Facts.Requested(Job));
        await using var eve = await HubClient.ConnectAsync(host, "eve");

        Assert.Equal("/problems/job-request-not-found", (await eve.Connection.InvokeAsync<JsonElement>("Resume", Job, 0)).GetProperty("type").GetString());
    }
}
