using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>What <c>eng/cluster</c> itself does, with programs that only sleep.</summary>
public sealed class ClusterScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-script-").FullName;

    public ClusterScriptTests()
    {
        if (OperatingSystem.IsWindows()) return;
        Fake("dotnet", "[ \"$1\" = build ] && exit 0; exec sleep 600");
        Fake("curl", "exit 0");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_down_up_starts_as_many_as_it_is_told()
    {
        var output = await ShellAsync(
            """
            cluster up --silos 3 --gateways 2 >/dev/null
            cluster up --silos 1 --gateways 1 >/dev/null; cluster status | grep -c ready
            cluster stop silo 3
            cluster up --silos 1 --gateways 1 >/dev/null; cluster status | grep -c ready
            cluster down
            cluster up --silos 1 --gateways 1 >/dev/null; cluster status | cut -d, -f1
            cluster down
            """);

        Assert.Equal(["5", "4", "silo 1 ready", "gateway 1 ready"], output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Up_exports_what_reads_the_clusters_records()
    {
        var output = await ShellAsync(
            """
            eval "$(cluster up --silos 1 --gateways 1)"
            cluster down
            [ "$Records__Secrets__1" = "$(cat $CLUSTER_DIR/settings/secret)" ] && echo "$Orleans__Streaming__requests__Topic $Orleans__Streaming__finalevents__Topic $Orleans__GrainStorage__jobs__Database $GATEWAYS"
            """);

        Assert.Matches("^script.requests script.finalevents script http://127.0.0.1:[0-9]+\n$", output);
    }

    private async Task<string> ShellAsync(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "eng/cluster is for Unix.");
        var environment = new Dictionary<string, string>
        {
            ["KAFKA"] = "kafka:1", ["MONGO_URL"] = "mongodb://mongo:1", ["REDIS"] = "redis:1", ["CLUSTER_NAME"] = "script",
            ["CLUSTER_DIR"] = Path.Combine(_folder, "cluster"), ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        var (exitCode, output, error) = await ChildProcess.RunAsync("bash", ["-c", $"set -e; cluster() {{ '{Path.Combine(Repository.Root, "eng", "cluster")}' \"$@\"; }}\n{script}"], environment);
        Assert.True(exitCode == 0, output + error);
        return output;
    }

    private void Fake(string name, string script)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
