using System.Text.RegularExpressions;

namespace JobRequests.Testing.Backends;

/// <summary>Silos and gateways as processes of this machine, by <c>eng/cluster</c>, with topics and a database of their own.</summary>
public sealed partial class LocalCluster : IAsyncDisposable
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

    public string Redis { get; private init; } = "";

    public Uri[] Gateways { get; private set; } = [];

    public string Requests => $"{Name}.requests";

    public string FinalEvents => $"{Name}.finalevents";

    public string DeadLetters => $"{Name}.requests.dead-letter";

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
            ["CLUSTER_PROFILE"] = Repository.Profile,
            ["KAFKA"] = throughProxy ? Servers.Announced("KAFKA_TOXIC") : kafka,
            ["MONGO_URL"] = throughProxy ? Servers.Announced("MONGO_URL_TOXIC") : mongo,
            ["REDIS"] = throughProxy ? Servers.Announced("REDIS_TOXIC") : redis,
            // Metrics and traces of test runs go nowhere.
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "",
        };
        foreach (var (name, value) in settings) environment[name] = value;
        var cluster = new LocalCluster(folder, environment) { Kafka = kafka, Mongo = mongo, Redis = redis };
        try
        {
            await cluster.UpAsync(silos, gateways);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    /// <summary>A silo that reaches MongoDB and Redis through Toxiproxy, and another one and a gateway that do not.</summary>
    public static async Task<LocalCluster> StartWithOneBehindProxyAsync()
    {
        var cluster = await StartAsync(silos: 0, gateways: 0);
        try
        {
            var (mongo, redis) = (cluster._environment["MONGO_URL"], cluster._environment["REDIS"]);
            cluster._environment["MONGO_URL"] = Servers.Announced("MONGO_URL_TOXIC");
            cluster._environment["REDIS"] = Servers.Announced("REDIS_TOXIC");
            await cluster.UpAsync(silos: 1, gateways: 0);
            cluster._environment["MONGO_URL"] = mongo;
            cluster._environment["REDIS"] = redis;
            await cluster.UpAsync(silos: 2, gateways: 1);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    /// <summary>A setting of the processes that are started from now on; null: none.</summary>
    public void Set(string name, string? value)
    {
        if (value is null) _environment.Remove(name);
        else _environment[name] = value;
    }

    public Task KillAsync(string kind, int number) => RunAsync("kill", kind, $"{number}");

    public Task StopAsync(string kind, int number) => RunAsync("stop", kind, $"{number}");

    /// <summary>Returns when it is ready.</summary>
    public Task StartAsync(string kind, int number) => RunAsync("start", kind, $"{number}");

    public Task PauseAsync(string kind, int number) => RunAsync("pause", kind, $"{number}");

    public Task ResumeAsync(string kind, int number) => RunAsync("resume", kind, $"{number}");

    /// <summary>Returns when the process works: one that has ended, or ends now because the others have declared it dead, is started again.</summary>
    public async Task RecoverAsync(string kind, int number)
    {
        for (var ready = 0; ready < 20; await Task.Delay(200))
        {
            var line = Array.Find((await RunAsync("status")).Split('\n'), line => line.StartsWith($"{kind} {number} ", StringComparison.Ordinal)) ?? "";
            if (line.EndsWith("stopped", StringComparison.Ordinal)) await StartAsync(kind, number);
            ready = line.Contains(" ready,", StringComparison.Ordinal) && !line.Contains("not ready", StringComparison.Ordinal) ? ready + 1 : 0;
        }
    }

    /// <summary><c>jobctl verify</c> on what the cluster has left, with the settings of its silos.</summary>
    public Task<(int ExitCode, string Output, string Error)> VerifyAsync(params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", [Repository.OutputOf("Cli", "jobctl.dll"), "verify", .. arguments],
            new Dictionary<string, string>(_environment.Where(static setting => setting.Key.StartsWith("Records__", StringComparison.Ordinal)))
            {
                ["KAFKA"] = Kafka,
                ["MONGO_URL"] = Mongo,
                ["JOBCTL_SETTINGS"] = Path.Combine(_folder, "settings", "jobctl.json"),
            });

    public async Task<IReadOnlyList<int>> ProcessIdsAsync() =>
        [.. ProcessIds()
            .Matches(await RunAsync("status"))
            .Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];

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

    private async Task UpAsync(int silos, int gateways)
    {
        var output = await RunAsync("up", "--silos", $"{silos}", "--gateways", $"{gateways}");
        Gateways = [.. Addresses().Matches(output).Select(match => new Uri(match.Value))];
        Assert.Equal(gateways, Gateways.Length);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync(Script, arguments, _environment);
        Assert.True(exitCode == 0, $"eng/cluster {string.Join(' ', arguments)} ended with {exitCode}:\n{output}\n{error}");
        return output;
    }

    [GeneratedRegex("pid ([0-9]+)")]
    private static partial Regex ProcessIds();

    [GeneratedRegex("http://[^ \"]+")]
    private static partial Regex Addresses();
}
