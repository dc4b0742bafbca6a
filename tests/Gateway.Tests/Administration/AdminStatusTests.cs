using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Hosting;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Gateway.Tests.Limits;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Administration;

public sealed class AdminStatusTests
{
    private const string Status = "/v1/admin/status";
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";

    [Fact]
    public async Task A_caller_without_the_admin_role_is_told()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.GetAsync(Status, "ann");

        Assert.Equal((403, "administrators-only"), (answer.Status, answer.ProblemType));
    }

    [Fact]
    public async Task The_status_shows_this_gateway_without_the_others()
    {
        await using var host = await GatewayHost.StartAsync(services => services.AddSingleton<IRequestBacklog>(new ScriptedBacklog()));
        await host.PostAsync(Accept, "{}", "ann", "a1");
        await host.PostAsync(Accept, "not json", "ann", "a2");

        var answer = await host.GetAsync(Status, "admin");

        Assert.Equal(200, answer.Status);
        Assert.Equal(("1", "1"), (answer.Json["commands"]!["outcomes"]!["SUCCESS"]!.ToString(), answer.Json["commands"]!["outcomes"]!["REFUSED"]!.ToString()));
        Assert.True(answer.Json["commands"]!["latencyMs"]!["p99"]!.GetValue<double>() > 0);
        Assert.Null(answer.Json["silos"]);
        Assert.Equal(answer["gateway"], Assert.Single(answer.Json["gateways"]!.AsArray())!["name"]!.ToString());
        Assert.Equal("0", Assert.Single(answer.Json["backlog"]!["partitions"]!.AsArray())!["partition"]!.ToString());
        Assert.Equal("Healthy", answer.Json["dependencies"]!["cluster"]!["status"]!.ToString());
    }

    [Fact]
    public async Task Figures_of_gateways_are_summed_and_silos_listed()
    {
        var latencies = new int[LatencyScale.Buckets];
        latencies[LatencyScale.BucketOf(TimeSpan.FromSeconds(2))] = 100;
        var other = new GatewayReport("other-1", DateTimeOffset.UtcNow, 60, 7, 3, new Dictionary<string, long> { ["SUCCESS"] = 600 },
            new Dictionary<string, long> { ["in-flight"] = 12 }, latencies, new int[LatencyScale.Buckets]);
        var cluster = new ScriptedOperations
        {
            Gateways = () => Task.FromResult<IReadOnlyList<GatewayReport>>([other]),
            Silos = () => Task.FromResult<IReadOnlyList<SiloBody>>([new SiloBody("127.0.0.1:1@2", "silo1", "Active", DateTimeOffset.UtcNow)]),
            Heartbeat = () => Task.FromResult(new SiloHealth(false, "MongoDB cannot be reached.")),
        };
        await using var host = await GatewayHost.StartAsync(
            services => services.AddSingleton<IClusterOperations>(cluster), ("Gateway:Admission:HeartbeatPeriod", "00:00:00.100"));

        Answer answer;
        do answer = await host.GetAsync(Status, "admin");
        while (answer.Json["dependencies"]!["storage"]!["status"]!.ToString() == "Healthy");

        Assert.Equal(
            ("600", "12"), (answer.Json["commands"]!["outcomes"]!["SUCCESS"]!.ToString(), answer.Json["commands"]!["refused"]!["in-flight"]!.ToString()));
        Assert.InRange(answer.Json["commands"]!["latencyMs"]!["p50"]!.GetValue<double>(), 2_000, 2_300);
        Assert.Equal(2, answer.Json["gateways"]!.AsArray().Count);
        Assert.Equal("silo1", answer.Json["silos"]![0]!["name"]!.ToString());
        Assert.Equal("MongoDB cannot be reached.", answer.Json["dependencies"]!["storage"]!["description"]!.ToString());

        // And nothing is published meanwhile.
        Assert.Equal((503, "unavailable"), ((await host.PostAsync(Accept, "{}", "ann", "a1")) is var refused ? refused.Status : 0, refused.ProblemType));
    }
}
