using System.Diagnostics;
using JobRequests.Gateway.Tests.Events;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Gateway.Tests.Live;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Telemetry;

/// <summary>Who was refused, and what administrators did, can be told afterwards.</summary>
public sealed class SecurityLogTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    [Fact]
    public async Task A_bad_token_is_logged_without_the_token()
    {
        await using var host = await GatewayHost.StartAsync();

        await host.SendAsync(HttpMethod.Post, Accept, "{}", null, ("Authorization", "Bearer secret-token"));

        Assert.Equal("Refused - at 127.0.0.1: POST /v1/job-requests/{id}/accept, UNAUTHENTICATED", Assert.Single(Lines(host, "Warning Refused")));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("secret-token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_refusal_is_logged_with_who_where_and_why()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:CallerRate", "1"), ("Gateway:CallerBurst", "2"));
        host.Jobs.Decide = _ => new JobRequestReply.Rejected("NOT_ALLOWED", 2, false, null);

        await host.GetAsync("/v1/admin/status", "ann");
        await host.PostAsync(Accept, "{}", "ann");
        await host.PostAsync(Accept, "{}", "ann", "k2");

        Assert.Equal(
            [
                "Refused ann at 127.0.0.1: GET /v1/admin/status, ADMINISTRATORS_ONLY",
                "Refused ann at 127.0.0.1: POST /v1/job-requests/{id}/accept, NOT_ALLOWED",
                "Refused ann at 127.0.0.1: POST /v1/job-requests/{id}/accept, QUOTA_EXCEEDED",
            ],
            Lines(host, "Warning Refused"));
    }

    [Fact]
    public async Task Actions_of_administrators_are_logged()
    {
        await using var host = await GatewayHost.StartAsync();

        await host.GetAsync("/v1/admin/views/rebuild", "admin");
        await host.PostAsync("/v1/admin/views/rebuild", null, "admin", key: null);

        Assert.StartsWith("Administration by admin at 127.0.0.1: POST /v1/admin/views/rebuild, 2", Assert.Single(Lines(host, "Information Administration")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_the_hub_is_logged()
    {
        await using var host = await FeedHost.StartAsync(("Gateway:CallerRate", "1"), ("Gateway:CallerBurst", "2"));
        await using var ann = await HubClient.ConnectAsync(host, "ann");

        await ann.SendAsync("accept", Http.Job, "k1");

        Assert.Contains("Refused ann at 127.0.0.1: HUB /v1/live, QUOTA_EXCEEDED", Lines(host.Gateway, "Warning Refused"));
    }

    [Fact]
    public async Task A_flood_of_refusals_does_not_fill_the_log()
    {
        await using var host = await GatewayHost.StartAsync(("Gateway:AnonymousBurst", "1"), ("Gateway:AnonymousRate", "1"));

        var started = Stopwatch.GetTimestamp();

        await Parallel.ForEachAsync(Enumerable.Range(0, 1_500), async (_, _) => await host.GetAsync("/v1/job-requests", person: null));

        Assert.InRange(Lines(host, "Warning Refused").Count, 1_000, 1_000 + (int)(100 * (Stopwatch.GetElapsedTime(started).TotalSeconds + 1)));
    }

    private static List<string> Lines(GatewayHost host, string beginning) =>
        [.. host.Logs.Lines.Where(line => line.StartsWith(beginning, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim())];
}
