using JobRequests.Testing;

namespace JobRequests.Cluster.Tests;

/// <summary>The servers that tests stop, kill and cut off; where they were announced.</summary>
internal static class Backend
{
    private static readonly string Program = Path.Combine(Repository.Root, "..", "shared", "backends", "backends");

    public static Task StopAsync(string server) => RunAsync("stop", server);

    public static Task StartAsync(string server) => RunAsync("start", server);

    public static Task KillAsync(string server) => RunAsync("kill", server);

    /// <summary>Skips the test where nobody can stop a server.</summary>
    public static void Require()
    {
        if (!File.Exists(Program)) Assert.Skip("The program that stops and starts the servers is not beside this checkout.");
    }

    private static async Task RunAsync(string command, string server)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync(Program, [command, server]);
        Assert.True(exitCode == 0, $"backends {command} {server} ended with {exitCode}:\n{output}\n{error}");
    }
}
