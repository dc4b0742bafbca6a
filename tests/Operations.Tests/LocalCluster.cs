using System.Globalization;
using JobRequests.Testing;
using JobRequests.Testing.Backends;

namespace JobRequests.Operations.Tests;

/// <summary>A cluster run by <c>eng/cluster</c>, of its own name and folder.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private readonly Dictionary<string, string> _environment;

    private LocalCluster(Dictionary<string, string> environment) => _environment = environment;

    public string Name => _environment["CLUSTER_NAME"];

    public string Folder => _environment["CLUSTER_DIR"];

    public IReadOnlyList<Uri> Gateways { get; private set; } = [];

    public static async Task<LocalCluster> StartAsync(int silos, int gateways, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["KAFKA"] = await Servers.KafkaAsync(),
            ["MONGO_URL"] = await Servers.MongoAsync(),
            ["REDIS"] = await Servers.RedisAsync(),
            ["CLUSTER_DIR"] = Directory.CreateTempSubdirectory("jobrequests-cluster-").FullName,
            ["CLUSTER_NAME"] = $"ops-{Guid.NewGuid():N}"[..16],
            ["CLUSTER_PROFILE"] = Repository.Profile,
            ["Topics__Partitions"] = "4",
        };
        foreach (var (name, value) in settings) environment[name] = value;
        var cluster = new LocalCluster(environment);
        try
        {
            await cluster.UpAsync(silos, gateways);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <returns>What <c>up</c> printed.</returns>
    public async Task<string> UpAsync(int silos, int gateways)
    {
        var output = await RunAsync(
            "up", "--silos", silos.ToString(CultureInfo.InvariantCulture), "--gateways", gateways.ToString(CultureInfo.InvariantCulture));
        var line = output.Split('\n')[0];
        Assert.Matches("^export GATEWAYS=\"[^\"\n]*\"$", line);
        Gateways = [.. line.Split('"')[1].Split(' ').Select(static url => new Uri(url))];
        return output;
    }

    /// <summary>Runs a command of <c>eng/cluster</c> that has to succeed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await TryAsync(arguments);
        Assert.True(exitCode == 0, $"eng/cluster {string.Join(' ', arguments)} ended with {exitCode}:\n{output}\n{error}");
        return output;
    }

    public Task<(int ExitCode, string Output, string Error)> TryAsync(params string[] arguments) =>
        ChildProcess.RunAsync("bash", [Path.Combine(Repository.Root, "eng", "cluster"), .. arguments], _environment);

    /// <summary>The process's id, as it was written down when it started.</summary>
    public int ProcessId(string name) => int.Parse(File.ReadAllText(Path.Combine(Folder, name, "pid")).Split(' ')[0], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await TryAsync("down");
        Directory.Delete(Folder, recursive: true);
    }
}
