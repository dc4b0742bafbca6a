using System.Text.Json;
using JobRequests.Testing;

namespace JobRequests.EndToEnd.Tests;

/// <summary>The built jobctl against the built Standalone.</summary>
public sealed class JobctlTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-e2e-").FullName;
    private StandaloneServer _server = null!;

    private string Data => Path.Combine(_folder, "data");

    public async ValueTask InitializeAsync() => _server = await StandaloneServer.StartAsync(Data);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_race_has_one_winner_a_job()
    {
        var history = Path.Combine(_folder, "race.jsonl");
        var (exitCode, output, error) = await JobctlAsync("race", "--candidates", "30", "--jobs", "10", "--repeats", "1", "--seed", "7", "--history", history);
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("Exactly one won each of 10 jobs", output, StringComparison.Ordinal);

        var verified = await JobctlAsync("verify", "--data", Data, "--history", history);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
        Assert.Contains("10 jobs, 10 documents", verified.Output, StringComparison.Ordinal);
        Assert.Contains("10 jobs gave answers that are linearizable.", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_step_of_a_job_has_its_exit_code()
    {
        var created = await JobctlAsync("create", "ann", "bob", "--task", "t1=windows", "--title", "Windows", "--as", "zoe", "--json");
        Assert.Equal(0, created.ExitCode);
        var job = JsonDocument.Parse(created.Output).RootElement.GetProperty("jobRequestId").GetString()!;

        Assert.Equal(0, (await JobctlAsync("accept", job, "--as", "ann")).ExitCode);
        Assert.Equal(2, (await JobctlAsync("accept", job, "--as", "bob")).ExitCode);
        Assert.Equal(4, (await JobctlAsync("accept", "no-such-job", "--as", "bob")).ExitCode);
        Assert.Equal(2, (await JobctlAsync("cancel", job, "--as", "bob")).ExitCode);
        Assert.Equal(0, (await JobctlAsync("start", job, "--as", "ann")).ExitCode);
        Assert.Equal(2, (await JobctlAsync("finish", job, "--as", "ann")).ExitCode);
        Assert.Equal(0, (await JobctlAsync("task", "finish", job, "t1", "--as", "ann")).ExitCode);
        Assert.Equal(0, (await JobctlAsync("finish", job, "--as", "ann")).ExitCode);

        var shown = await JobctlAsync("show", job, "--strong", "--as", "zoe", "--json");
        Assert.Equal("Finished", JsonDocument.Parse(shown.Output).RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_watch_prints_what_happened_and_what_happens()
    {
        var created = await JobctlAsync("create", "ann", "--as", "zoe", "--json");
        var job = JsonDocument.Parse(created.Output).RootElement.GetProperty("jobRequestId").GetString()!;
        var watching = JobctlAsync("watch", job, "--count", "2", "--as", "zoe", "--json");

        Assert.Equal(0, (await JobctlAsync("accept", job, "--as", "ann")).ExitCode);

        var watched = await watching;
        Assert.True(watched.ExitCode == 0, watched.Output + watched.Error);
        Assert.Equal([1, 2], watched.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("version").GetInt32()));
        Assert.Equal(4, (await JobctlAsync("watch", "no-such-job", "--as", "zoe")).ExitCode);
    }

    [Fact]
    public async Task A_backup_of_a_running_product_starts_alone()
    {
        var created = await JobctlAsync("create", "ann", "--as", "zoe", "--json");
        var job = JsonDocument.Parse(created.Output).RootElement.GetProperty("jobRequestId").GetString()!;
        var (file, copy) = (Path.Combine(_folder, "backup.db"), Path.Combine(_folder, "copy"));

        var backup = await JobctlAsync("backup", "--data", Data, "--to", file);
        Assert.True(backup.ExitCode == 0, backup.Output + backup.Error);
        var inUse = await JobctlAsync("restore", "--data", Data, "--from", file);
        Assert.True(inUse.ExitCode == 74 && inUse.Error.Contains("is in use by another process", StringComparison.Ordinal), inUse.Error);
        var restore = await JobctlAsync("restore", "--data", copy, "--from", file);
        Assert.True(restore.ExitCode == 0, restore.Output + restore.Error);

        await using var restored = await StandaloneServer.StartAsync(copy);
        var shown = await JobctlAsync("show", job, "--strong", "--as", "zoe", "--json", "--url", restored.Url.ToString());
        Assert.Equal("Open", JsonDocument.Parse(shown.Output).RootElement.GetProperty("status").GetString());
        using var http = new HttpClient();
        Assert.Contains("\"store\":{\"status\":\"Healthy\"", await http.GetStringAsync(new Uri(restored.Url, "health/ready")), StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> JobctlAsync(params string[] arguments) => ChildProcess.RunAsync(
        "dotnet",
        [Repository.OutputOf("Cli", "jobctl.dll"), .. arguments],
        new Dictionary<string, string> { ["JOBCTL_CONFIG"] = Path.Combine(_folder, "config"), ["JOBCTL_URL"] = _server.Url.ToString() });
}
