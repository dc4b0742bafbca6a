using System.Diagnostics;
using System.Text.RegularExpressions;

namespace JobRequests.Bench;

/// <summary>Silos and gateways as processes of this machine, by <c>eng/cluster</c>, with topics and a database of their own.</summary>
internal sealed partial class LocalCluster : IAsyncDisposable
{
    private static readonly (string Variable, string What)[] Servers =
        [("KAFKA", "host:port of the brokers"), ("MONGO_URL", "mongodb://host:port"), ("REDIS", "host:port")];

    private readonly string _script;
    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;
    private readonly IReadOnlyDictionary<string, TimeSpan> _before;

    private LocalCluster(string script, string folder, Dictionary<string, string> environment)
    {
        _script = script;
        _folder = folder;
        _environment = environment;
        _before = TotalTimes();
    }

    public IReadOnlyList<string> Gateways { get; private set; } = [];

    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>What the servers' variables lack, as a sentence; null when all of them are set.</summary>
    public static string? WhatIsMissing()
    {
        var missing = Servers.Where(static server => string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(server.Variable))).ToList();
        return missing.Count == 0
            ? null
            : $"{string.Join(", ", missing.Select(static server => $"{server.Variable} ({server.What})"))} must be set: the servers that the cluster runs on.";
    }

    /// <param name="script">eng/cluster.</param>
    /// <param name="silos">How many.</param>
    /// <param name="gateways">How many.</param>
    /// <param name="settings">Of every process, as environment variables.</param>
    /// <exception cref="InvalidOperationException">They did not start; what eng/cluster says about it.</exception>
    public static async Task<LocalCluster> StartAsync(FileInfo script, int silos, int gateways, params (string Name, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("jobrequests-bench-").FullName;
        var environment = new Dictionary<string, string>
        {
            ["CLUSTER_DIR"] = folder,
            ["CLUSTER_NAME"] = $"bench-{Guid.NewGuid().ToString("N")[..10]}",
            // One caller sends everything.
            ["Gateway__CallerRate"] = "1000000",
            ["Gateway__CallerBurst"] = "1000000",
        };
        foreach (var (name, value) in settings) environment[name] = value;
        var cluster = new LocalCluster(script.FullName, folder, environment);
        var started = Stopwatch.GetTimestamp();
        try
        {
            cluster.Gateways = [.. Addresses()
                .Matches(await cluster.RunAsync("up", "--silos", $"{silos}", "--gateways", $"{gateways}"))
                .Select(static match => match.Value)];
            cluster.ReadyAfter = Stopwatch.GetElapsedTime(started);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Processor time of all silos, all gateways, and each server that runs on this machine, since the cluster was started.</summary>
    public IReadOnlyDictionary<string, TimeSpan> ProcessorTimes() =>
        TotalTimes().ToDictionary(static now => now.Key, now => now.Value - _before.GetValueOrDefault(now.Key));

    public async ValueTask DisposeAsync()
    {
        await RunAsync("down");
        Directory.Delete(_folder, recursive: true);
    }

    private SortedDictionary<string, TimeSpan> TotalTimes()
    {
        var times = new SortedDictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateDirectories(_folder).Select(static folder => Path.Combine(folder, "pid")).Where(File.Exists))
            Add(Path.GetFileName(Path.GetDirectoryName(file)!).TrimEnd("0123456789".ToCharArray()), int.Parse(File.ReadAllText(file).Split(' ')[0], null));
        foreach (var (variable, _) in Servers)
            if (ListeningProcess.Find(Environment.GetEnvironmentVariable(variable)!) is { } process)
                Add(variable.Split('_')[0].ToLowerInvariant(), process);
        return times;

        void Add(string name, int id)
        {
            using var process = Process.GetProcessById(id);
            times[name] = times.GetValueOrDefault(name) + process.TotalProcessorTime;
        }
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_script, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{_script} did not start.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException((await error).Trim());
    }

    [GeneratedRegex("http://[^ \"]+")]
    private static partial Regex Addresses();
}
