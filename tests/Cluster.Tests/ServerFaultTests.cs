using JobRequests.Testing.Backends;

namespace JobRequests.Cluster.Tests;

/// <summary>Kafka, MongoDB and Redis that stop, start and lose their data, under load.</summary>
[Collection(OneCluster.Name)]
public sealed class ServerFaultTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Theory]
    [InlineData("kafka1", 0)]
    // Longer than any job tries: where none can be stored, none is dead-lettered.
    [InlineData("mongo", 25)]
    public async Task A_server_outage_costs_time_and_nothing_else(string server, int seconds)
    {
        Backend.Require();
        await using var run = await FaultRun.StartAsync(_cluster);

        await Backend.StopAsync(server);
        try
        {
            // How long the server is away is what is tried here.
            var atLeast = Task.Delay(TimeSpan.FromSeconds(seconds));
            await run.CalledAsync(60);
            await atLeast;
        }
        finally
        {
            await Backend.StartAsync(server);
        }

        await run.FinishAsync();
    }

    [Fact]
    public async Task A_killed_Redis_changes_no_answer()
    {
        Backend.Require();
        await using var run = await FaultRun.StartAsync(_cluster);

        await Backend.KillAsync("redis");
        try
        {
            // Nothing is decided by Redis: answers go on.
            await run.AnsweredAsync(100);
        }
        finally
        {
            await Backend.StartAsync("redis");
        }

        await run.FinishAsync();
    }
}

/// <summary>The same servers behind slow and broken connections.</summary>
[Collection(OneCluster.Name)]
public sealed class NetworkFaultTests(NetworkFaultTests.ClusterBehindProxy fixture) : IClassFixture<NetworkFaultTests.ClusterBehindProxy>
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    public sealed class ClusterBehindProxy : IAsyncLifetime
    {
        internal LocalCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Cluster = await LocalCluster.StartAsync(throughProxy: true);

        public async ValueTask DisposeAsync()
        {
            if (Cluster is not null) await Cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task Latency_and_cut_connections_cost_time_and_nothing_else()
    {
        await using var toxics = new Toxics();
        await using var run = await FaultRun.StartAsync(_cluster);

        foreach (var server in new[] { "kafka1", "mongo", "redis" })
        {
            await toxics.AddAsync(server, "latency", new { latency = 150, jitter = 50 });
            await run.CalledAsync(60);
            await toxics.HealAsync();
            await run.AnsweredAsync(60);

            await toxics.AddAsync(server, "reset_peer", new { timeout = 50 });
            await run.CalledAsync(60);
            await toxics.HealAsync();
            await run.AnsweredAsync(60);

            await toxics.SetEnabledAsync(server, false);
            await run.CalledAsync(60);
            await toxics.HealAsync();
            await run.AnsweredAsync(60);
        }

        await run.FinishAsync();
    }

    [Fact]
    public async Task A_gateway_stays_ready_while_Redis_is_silent()
    {
        await using var toxics = new Toxics();
        using var http = new HttpClient();
        await toxics.AddAsync("redis", "timeout", new { timeout = 0 });

        using var ready = await http.GetAsync(new Uri(_cluster.Gateways[0], "/health/ready"), TestContext.Current.CancellationToken);

        // Without Redis answers go on, so load balancers must not turn away from every gateway at once.
        Assert.True(ready.IsSuccessStatusCode, await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
