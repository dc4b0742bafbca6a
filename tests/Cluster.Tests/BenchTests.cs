using JobRequests.Testing;
using JobRequests.Testing.Backends;

namespace JobRequests.Cluster.Tests;

/// <summary>The bench of a cluster, with a few jobs: that it measures what it says, not how fast anything is.</summary>
public sealed class BenchTests
{
    private static readonly string Bench = Path.Combine(Repository.Root, "bench", "Load", "bin", "Release", "net10.0", "jobrequests-bench.dll");
    private static readonly string Script = Path.Combine(Repository.Root, "eng", "cluster");

    [Fact]
    public async Task Every_phase_and_every_hop_of_a_command_is_measured()
    {
        var servers = new Dictionary<string, string>
        { ["KAFKA"] = await Servers.KafkaAsync(), ["MONGO_URL"] = await Servers.MongoAsync(), ["REDIS"] = await Servers.RedisAsync() };

        var (exitCode, output, error) = await RunAsync(servers, "--jobs", "20", "--warm-up", "20");

        Assert.True(exitCode == 0, $"{output}\n{error}");
        foreach (var phase in new[] { "commands 1 to 40", "create, one after the other", "create", "accept", "one job, 200 at once" })
            Assert.Contains(Rows(output), row => row[0] == "1 + 1" && row[1] == phase && row[^1] == "0");
        Assert.Matches(@"1 \+ 1: ready after .* plateau .* commands/s; .* after 0 commands, 0.0 s; processor time of the start .*gateway .*silo ", output);
        string[] hops = ["HTTP, there and back", "gateway, before produce", "Kafka, from produce to read", "silo, queue", "silo, decide", "MongoDB, write",
            "answer, from write to gateway"];
        var times = hops.Select(hop => Rows(output).Single(row => row[0] == hop)).ToList();
        var total = Rows(output).Single(static row => row[0] == "total");
        foreach (var mean in new[] { 1, 4 })
        {
            Assert.All(times, time => Assert.InRange(Number(time[mean]), 0, Number(total[mean])));
            Assert.InRange(times.Sum(time => Number(time[mean])), Number(total[mean]) - 0.1, Number(total[mean]) + 0.1);
        }

        // A busy collector may miss some of the twenty.
        Assert.InRange(Number(Rows(output).Single(static row => row[0] == "traced creates")[1]), 1, 20);
    }

    [Fact]
    public async Task Servers_that_are_not_named_are_asked_for()
    {
        var (exitCode, _, error) = await RunAsync(new Dictionary<string, string> { ["KAFKA"] = "127.0.0.1:9092", ["MONGO_URL"] = "", ["REDIS"] = "" });

        Assert.Equal(64, exitCode);
        Assert.Equal("MONGO_URL (mongodb://host:port), REDIS (host:port) must be set: the servers that the cluster runs on.", error.Trim());
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(Dictionary<string, string> environment, params string[] options) =>
        ChildProcess.RunAsync(
            "dotnet", [Bench, "--cluster", Script, .. options], new Dictionary<string, string>(environment) { ["CLUSTER_PROFILE"] = Repository.Profile });

    private static IEnumerable<string[]> Rows(string output) => output.Split('\n')
        .Select(static line => line.Trim().Trim('│').Split('│').Select(static cell => cell.Trim()).ToArray())
        .Where(static cells => cells.Length > 2);

    private static double Number(string text) =>
        double.Parse(text.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
}
