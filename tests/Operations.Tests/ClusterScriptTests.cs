using System.Text;
using JobRequests.Testing;
using Microsoft.Extensions.Configuration;

namespace JobRequests.Operations.Tests;

/// <summary>What <c>eng/cluster</c> itself does, with programs that only sleep.</summary>
public sealed class ClusterScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-script-").FullName;

    public ClusterScriptTests()
    {
        if (OperatingSystem.IsWindows()) return;
        Fake("dotnet", "case $1 in build|publish) exit 0 ;; esac; exec sleep 600");
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
    public async Task Up_exports_settings_to_jobctl_alone()
    {
        var output = await ShellAsync(
            """
            before=$(env | grep -c __ || true)
            eval "$(cluster up --silos 1 --gateways 1)"
            cluster down
            [ "$(env | grep -c __ || true)" = "$before" ] && echo only
            stat -c %a "$JOBCTL_SETTINGS"; echo "$GATEWAYS"; cat "$JOBCTL_SETTINGS"
            """);

        var lines = output.Split('\n', 4);
        Assert.Equal(("only", "600"), (lines[0], lines[1]));
        Assert.Matches("^http://127.0.0.1:[0-9]+$", lines[2]);
        var settings = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(lines[3]))).Build();
        Assert.Equal(File.ReadAllText(Path.Combine(_folder, "cluster", "settings", "secret")).Trim(), settings["Records:Secrets:1"]);
        Assert.Equal("script.requests", settings["Orleans:Streaming:requests:Topic"]);
        Assert.Equal("script.finalevents", settings["Orleans:Streaming:finalevents:Topic"]);
        Assert.Equal("script", settings["Orleans:GrainStorage:jobs:Database"]);
    }

    private async Task<string> ShellAsync(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "eng/cluster is for Unix.");
        var environment = new Dictionary<string, string>
        {
            ["KAFKA"] = "kafka:1",
            ["MONGO_URL"] = "mongodb://mongo:1",
            ["REDIS"] = "redis:1",
            ["CLUSTER_NAME"] = "script",
            ["CLUSTER_DIR"] = Path.Combine(_folder, "cluster"),
            ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        var (exitCode, output, error) = await ChildProcess.RunAsync(
            "bash", ["-c", $"set -e; cluster() {{ '{Path.Combine(Repository.Root, "eng", "cluster")}' \"$@\"; }}\n{script}"], environment);
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
