namespace JobRequests.Testing.Backends;

/// <summary>The servers that tests stop, kill and cut off; where they were announced.</summary>
public static class Backend
{
    // Takes a command (stop, start, kill) and the name of a server: kafka1, mongo, redis.
    private static readonly string Program =
        Environment.GetEnvironmentVariable("BACKENDS") is { Length: > 0 } program
            ? program
            : Path.Combine(Repository.Root, "..", "shared", "backends", "backends");

    /// <summary>Whether servers can be stopped and started here: by the program that <c>BACKENDS</c> names, or the one beside this checkout.</summary>
    public static bool IsThere => File.Exists(Program);

    public static Task StopAsync(string server) => RunAsync("stop", server);

    public static Task StartAsync(string server) => RunAsync("start", server);

    public static Task KillAsync(string server) => RunAsync("kill", server);

    /// <summary>Skips the test where nobody can stop a server.</summary>
    public static void Require()
    {
        if (!IsThere) Assert.Skip("The program that stops and starts the servers is not beside this checkout, and BACKENDS does not name one.");
    }

    private static async Task RunAsync(string command, string server)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync(Program, [command, server]);
        Assert.True(exitCode == 0, $"backends {command} {server} ended with {exitCode}:\n{output}\n{error}");
    }
}
