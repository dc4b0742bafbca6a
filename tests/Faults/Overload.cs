using System.CommandLine;
using JobRequests.Testing;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Overload;

namespace JobRequests.Faults;

/// <summary>A multiple of a capacity that is set, at a constant rate.</summary>
internal static class Overload
{
    private static readonly Option<int> Capacity = new("--capacity")
    { Description = "Commands decided a second, as a setting of the silos", DefaultValueFactory = _ => 500 };
    private static readonly Option<double> Factor = new("--factor") { Description = "How many times that is sent", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> Seconds = new("--seconds") { Description = "How long, after 5 s of warming up", DefaultValueFactory = _ => 30 };
    private static readonly Option<bool> Cluster = new("--cluster")
    { Description = "Two silos and two gateways on the servers that KAFKA, MONGO_URL and REDIS name, instead of the embedded service" };

    public static Command Create()
    {
        var command = new Command("overload",
            "Sends 5 × the capacity. Ends with 1 unless 0.8 of the capacity is decided, refusals take at most 50 ms (p99, at the gateway) and it is over "
                + "within 30 s.")
        {
            Capacity, Factor, Seconds, Cluster,
        };
        command.SetAction(async (parsed, _) =>
        {
            var capacity = parsed.GetRequiredValue(Capacity);
            var report = parsed.GetValue(Cluster) ? await OnClusterAsync(parsed, capacity) : await OnStandaloneAsync(parsed, capacity);
            Console.WriteLine(report);
            return report.GoodputShare >= 0.8 && report.RefusalsAtGatewayP99 is not > 50 && report.RecoveredAfter is not null ? 0 : 1;
        });
        return command;
    }

    private static async Task<OverloadReport> OnStandaloneAsync(ParseResult parsed, int capacity)
    {
        var folder = Directory.CreateTempSubdirectory("jobrequests-overload-").FullName;
        try
        {
            await using var server = await StandaloneServer.StartAsync(folder, null, "--Jobs:MaxCommandsPerSecond", $"{capacity}");
            return await OverloadRun.RunAsync(Plan(parsed, [server.Url], capacity, [server.ProcessId]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<OverloadReport> OnClusterAsync(ParseResult parsed, int capacity)
    {
        await using var cluster = await LocalCluster.StartAsync(settings: ("Jobs__MaxCommandsPerSecond", $"{capacity / 2}"));
        return await OverloadRun.RunAsync(Plan(parsed, cluster.Gateways, capacity, await cluster.ProcessIdsAsync()));
    }

    private static OverloadPlan Plan(ParseResult parsed, IReadOnlyList<Uri> gateways, int capacity, IReadOnlyList<int> processIds) =>
        new(gateways, capacity, parsed.GetRequiredValue(Factor), TimeSpan.FromSeconds(parsed.GetRequiredValue(Seconds)), processIds);
}
