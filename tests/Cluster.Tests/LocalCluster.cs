using System.Text.RegularExpressions;
using JobRequests.Testing;
using JobRequests.Testing.Backends;

namespace JobRequests.Cluster.Tests;

/// <summary>Silos and gateways as processes of this machine, by <c>eng/cluster</c>, with topics and a database of their own.</summary>
internal sealed partial class LocalCluster : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(Repository.Root, "eng", "cluster");

    private readonly Dictionary<string, string> _environment;
    private readonly string _folder;

    private LocalCluster(string folder, Dictionary<string, string> environment)
    {
        _folder = folder;
        _environment = environment;
    }

    public string Name => _environment["CLUSTER_NAME"];

    public string Kafka { get; private init; } = "";

    public string Mongo { get; private init; } = "";

    public Uri[] Gateways { get; private set; } = [];

    public string Requests => $"{Name}.requests";

    public string FinalEvents => $"{Name}.finalevents";

    public string Parked => $"{Name}.requests.parked";

    /// <param name="silos">How many.</param>
    /// <param name="gateways">How many.</param>
    /// <param name="throughProxy">Whether they reach their servers through Toxiproxy.</param>
    /// <param name="settings">Settings of every process, as environment variables.</param>
    public static async Task<LocalCluster> StartAsync(int silos = 2, int gateways = 2, bool throughProxy = false, params (string Name, string Value)[] settings)
    {
        var (kafka, mongo, redis) = (await Servers.KafkaAsync(), await Servers.MongoAsync(), await Servers.RedisAsync());
        var folder = Directory.CreateTempSubdirectory("jobrequests-cluster-").FullName;
        var environment = new Dictionary<string, string>
        {
            ["CLUSTER_DIR"] = folder,
            ["CLUSTER_NAME"] = $"t{Guid.NewGuid().ToString("N")[..10]}",
            ["KAFKA"] = throughProxy ? Servers.Announced("KAFKA_TOXIC") : kafka,
            ["MONGO_URL"] = throughProxy ? Servers.Announced("MONGO_URL_TOXIC") : mongo,
            ["REDIS"] = throughProxy ? Servers.Announced("REDIS_TOXIC") : redis,
            // Metrics and traces of test runs go nowhere.
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "",
        };
        foreach (var (name, value) in settings) environment[name] = value;
        var cluster = new LocalCluster(folder, environment) { Kafka = kafka, Mongo = mongo };
        try
        {
            var output = await cluster.RunAsync("up", "--silos", $"{silos}", "--gateways", $"{gateways}");
            cluster.Gateways = [.. Addresses().Matches(output).Select(match => new Uri(match.Value))];
            Assert.Equal(gateways, cluster.Gateways.Length);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    public Task KillAsync(string kind, int number) => RunAsync("kill", kind, $"{number}");

    public Task StopAsync(string kind, int number) => RunAsync("stop", kind, $"{number}");

    /// <summary>Returns when it is ready.</summary>
    public Task StartAsync(string kind, int number) => RunAsync("start", kind, $"{number}");

    public Task PauseAsync(string kind, int number) => RunAsync("pause", kind, $"{number}");

    public Task ResumeAsync(string kind, int number) => RunAsync("resume", kind, $"{number}");

    /// <summary>What the process has logged so far.</summary>
    public Task<string> LogAsync(string kind, int number) => RunAsync("logs", kind, $"{number}");

    /// <summary>Returns when the process has ended by itself.</summary>
    public async Task EndedAsync(string kind, int number)
    {
        var line = $"{kind} {number} stopped";
        for (var status = ""; !status.Split('\n').Contains(line); status = await RunAsync("status"))
            await Task.Delay(200, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("KEEP_CLUSTER") == "1") return;
        await RunAsync("down");
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync(Script, arguments, _environment);
        Assert.True(exitCode == 0, $"eng/cluster {string.Join(' ', arguments)} ended with {exitCode}:\n{output}\n{error}");
        return output;
    }

    [GeneratedRegex("http://[^ \"]+")]
    private static partial Regex Addresses();
}
