using System.Diagnostics;
using System.Text.Json;
using JobRequests.Testing.Backends;
using StackExchange.Redis;

namespace JobRequests.Operations.Tests;

/// <summary>Silos and gateways as processes, with what happens to processes: killed, paused, restarted, left without Redis's data.</summary>
public sealed class ClusterTests(ClusterTests.Fixture fixture) : IClassFixture<ClusterTests.Fixture>
{
    private LocalCluster Cluster => fixture.Cluster;

    private Uri Gateway => Cluster.Gateways[0];

    [Fact]
    public async Task A_second_up_starts_nothing_and_keeps_the_name()
    {
        await Cluster.UpAsync(2, 2);
        var before = Processes();

        await Cluster.UpAsync(2, 2);

        Assert.Equal(before, Processes());
        // Another test may have made it three silos.
        Assert.Equal(before.Count, (await Cluster.RunAsync("status"))
            .Split('\n')
            .Count(static line => line.Contains(" ready, pid ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_job_offered_at_one_gateway_is_won_elsewhere()
    {
        await Cluster.UpAsync(2, 2);
        var job = await Caller.OfferAsync(Cluster.Gateways[0]);

        var won = await Caller.PostAsync(Cluster.Gateways[1], $"/v1/job-requests/{job}/accept", "ann", new { }, "wait=30");
        var lost = await Caller.PostAsync(Cluster.Gateways[0], $"/v1/job-requests/{job}/accept", "bob", new { }, "wait=30");

        Assert.Equal((200, "SUCCESS"), (won.Status, (string?)won.Body!["outcome"]));
        Assert.Equal((409, "ALREADY_ACCEPTED"), (lost.Status, (string?)lost.Body!["code"]));
    }

    [Fact]
    public async Task A_gateway_without_silo_refuses_at_once_and_recovers()
    {
        await Cluster.UpAsync(2, 2);
        await Caller.OfferAsync(Gateway);
        foreach (var silo in Processes().Keys.Where(static name => name.StartsWith("silo", StringComparison.Ordinal)))
            await Cluster.RunAsync("kill", "silo", silo["silo".Length..]);
        await Eventually.TrueAsync("the gateway says that no silo answers", async () =>
        {
            var (status, body) = await Caller.GetAsync(Gateway, "/health/ready");
            return status == 503 && (string?)body!["checks"]!["cluster"]!["status"] == "Unhealthy";
        });

        var alive = await Caller.GetAsync(Gateway, "/health/live");
        var answers = new List<(int Status, string? Code, TimeSpan Took)>();
        for (var i = 0; i < 5; i++)
        {
            var startedAt = Stopwatch.GetTimestamp();
            var (status, body) = await Caller.PostAsync(
                Gateway, "/v1/job-requests", "zoe", new { candidates = new[] { "ann" }, tasks = Array.Empty<object>() });
            answers.Add((status, (string?)body!["code"], Stopwatch.GetElapsedTime(startedAt)));
        }

        Assert.Equal(200, alive.Status);
        Assert.All(answers, static answer => Assert.Equal((503, "UNAVAILABLE"), (answer.Status, answer.Code)));
        Assert.True(answers.Min(static answer => answer.Took) < TimeSpan.FromMilliseconds(50),
            $"Refusals took {string.Join(", ", answers.Select(static answer => answer.Took.TotalMilliseconds))} ms.");

        await Cluster.RunAsync("start", "silo", "1");
        await Eventually.TrueAsync("the gateway is ready again", async () => (await Caller.GetAsync(Gateway, "/health/ready")).Status == 200);
        await Caller.OfferAsync(Gateway);
    }

    [Fact]
    public async Task A_silo_declared_dead_ends_when_it_wakes()
    {
        await Cluster.UpAsync(2, 2);
        using var sleeper = Process.GetProcessById(Cluster.ProcessId("silo2"));
        await Cluster.RunAsync("pause", "silo", "2");
        Assert.Contains("silo 2 paused", await Cluster.RunAsync("status"), StringComparison.Ordinal);
        await Eventually.TrueAsync("silo 2 is declared dead", async () => await StatusOfAsync("silo2") == "Dead");

        await Cluster.RunAsync("resume", "silo", "2");

        await sleeper.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await Cluster.RunAsync("start", "silo", "2");
        Assert.Equal("Active", await StatusOfAsync("silo2"));
    }

    [Fact]
    public async Task A_lost_membership_table_is_written_again()
    {
        await Cluster.UpAsync(2, 2);
        var before = Processes();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Servers.RedisAsync());
        Assert.True(await redis.GetDatabase().KeyDeleteAsync(MembershipKey));

        await Eventually.TrueAsync("the table is back", async () => await StatusOfAsync("silo1") == "Active" && await StatusOfAsync("silo2") == "Active");
        await Cluster.UpAsync(3, 2);

        await Eventually.TrueAsync("a gateway sees all three", async () =>
            (await Caller.GetAsync(Gateway, "/dashboard/DashboardCounters", "admin")).Body!["hosts"]!.AsArray()
                .Count(static host => (string?)host!["status"] == "Active") == 3);
        Assert.Equal(before, Processes().Where(process => process.Key != "silo3"));
        await Caller.OfferAsync(Gateway);
    }

    [Fact]
    public async Task A_stopping_gateway_says_so_and_answers_its_callers()
    {
        await Cluster.UpAsync(2, 2);
        var leaving = Cluster.Gateways[1];
        var job = await Caller.OfferAsync(leaving);

        // A question for an answer that nobody will give. Should it arrive after the signal, it is within the notice.
        var waiting = AskAsync(leaving, $"/v1/requests/nothing?job={job}&op=accept", "wait=4");
        var stop = Cluster.RunAsync("stop", "gateway", "2");
        await Eventually.TrueAsync("it is not ready", async () =>
        {
            var (status, body) = await Caller.GetAsync(leaving, "/health/ready");
            return status == 503 && (string?)body!["checks"]!["process"]!["description"] == "The process is stopping.";
        });

        Assert.Equal(404, (await waiting).Item1);
        await stop;
        await Assert.ThrowsAsync<HttpRequestException>(() => Caller.GetAsync(leaving, "/health/live"));
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("ann", 403)]
    [InlineData("admin", 200)]
    public async Task The_dashboard_is_for_administrators(string? person, int expected)
    {
        await Cluster.UpAsync(2, 2);
        foreach (var path in new[] { "/dashboard/", "/dashboard/version", "/dashboard/DashboardCounters", "/dashboard/ClusterStats" })
            Assert.Equal((path, expected), (path, (await Caller.GetAsync(Gateway, path, person)).Status));
    }

    [Fact]
    public async Task Each_log_record_is_one_line()
    {
        await Cluster.UpAsync(2, 2);
        await Caller.GetAsync(Gateway, "/v1/job-requests/a%0Ab%0D%0A%1B[31mERROR?x=%0A", "ann");
        await Caller.PostAsync(Gateway, "/v1/job-requests", "zoe", new { candidates = new[] { "a\nb\r\n" }, tasks = Array.Empty<object>() });

        foreach (var name in new[] { "silo1", "gateway1" })
            foreach (var line in (await File.ReadAllTextAsync(Path.Combine(Cluster.Folder, name, "out"))).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind);
    }

    [Fact]
    public async Task A_reused_process_id_is_not_signalled()
    {
        await Cluster.UpAsync(2, 2);
        var file = Path.Combine(Cluster.Folder, "silo1", "pid");
        var written = await File.ReadAllTextAsync(file);
        using var other = Process.Start("sleep", "60");
        try
        {
            await File.WriteAllTextAsync(file, $"{other.Id} {written.Split(' ', 2)[1]}");

            var (exitCode, _, error) = await Cluster.TryAsync("kill", "silo", "1");

            Assert.NotEqual(0, exitCode);
            Assert.Contains("silo1 is not running", error, StringComparison.Ordinal);
            Assert.False(other.HasExited);
        }
        finally
        {
            await File.WriteAllTextAsync(file, written);
            other.Kill();
        }
    }

    private RedisKey MembershipKey => $"{Cluster.Name}/members/{Cluster.Name}";

    private static async Task<(int Status, string? State)> AskAsync(Uri gateway, string path, string prefer)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway, path))
        { Headers = { { "Authorization", "Bearer dev-ann" }, { "Prefer", prefer } } };
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode,
            JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.TryGetProperty("state", out var state) ? state.GetString() : null);
    }

    private Dictionary<string, int> Processes() =>
        Directory.GetFiles(Cluster.Folder, "pid", SearchOption.AllDirectories)
            .Select(static file => Path.GetFileName(Path.GetDirectoryName(file)!))
            .ToDictionary(static name => name, Cluster.ProcessId);

    /// <summary>What the membership table says of the latest process under that name.</summary>
    private async Task<string?> StatusOfAsync(string silo)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await Servers.RedisAsync());
        var rows = await redis.GetDatabase().HashGetAllAsync(MembershipKey);
        return rows.Where(static row => row.Name != "Version").Select(static row => JsonDocument.Parse(row.Value.ToString()).RootElement)
            .Where(row => row.GetProperty("SiloName").GetString() == silo)
            .OrderBy(static row => row.GetProperty("StartTime").GetDateTime())
            .Select(static row => row.GetProperty("Status").ToString()).LastOrDefault() switch
        {
            "3" or "Active" => "Active",
            "6" or "Dead" => "Dead",
            var other => other,
        };
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public LocalCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Cluster = await LocalCluster.StartAsync(2, 2, ("Drain__Notice", "00:00:01"), ("Dashboard__Enabled", "true"));

        public async ValueTask DisposeAsync()
        {
            if (Cluster is not null) await Cluster.DisposeAsync();
        }
    }
}
