using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using JobRequests.Testing;

namespace JobRequests.EndToEnd.Tests;

/// <summary>What a newcomer meets: the first start, the line to copy, and a folder that cannot be used.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-e2e-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_line_to_copy_wins_a_job()
    {
        await using var server = await StandaloneServer.StartAsync(_folder);
        await server.PrintedAsync("curl");
        Assert.Contains($"is ready at {server.Url.ToString().TrimEnd('/')}", server.Output, StringComparison.Ordinal);
        Assert.Contains($"{server.Url}docs", server.Output, StringComparison.Ordinal);

        var line = server.Output.Split('\n').Single(printed => printed.Contains("curl", StringComparison.Ordinal)).Trim();
        var (exitCode, output, error) = await ChildProcess.RunAsync("bash", ["-c", line]);

        Assert.True(exitCode == 0, error);
        Assert.Contains("\"outcome\":\"SUCCESS\"", output, StringComparison.Ordinal);
        Assert.Contains("\"acceptedBy\":\"ann\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_says_who_won()
    {
        await using var server = await StandaloneServer.StartAsync(_folder, arguments: "--demo");
        await server.PrintedAsync("Every job has exactly one winner");
        Assert.Equal(3, server.Output.Split('\n').Count(line => line.Contains(" won after ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_used_folder_is_refused_in_one_sentence()
    {
        await using var server = await StandaloneServer.StartAsync(_folder);
        await AssertRefusedAsync("--data", "--data", _folder, "--urls", $"http://127.0.0.1:{FreePort.Next()}");
    }

    [Fact]
    public async Task A_file_as_folder_is_refused_in_one_sentence()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "not a folder");
        await AssertRefusedAsync(file, "--data", file, "--urls", $"http://127.0.0.1:{FreePort.Next()}");
        Assert.Equal("not a folder", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_newer_folder_is_refused_untouched()
    {
        await using (var server = await StandaloneServer.StartAsync(_folder))
            Assert.Equal(0, await server.StopAsync());

        // Bytes 60–63 of a SQLite file are its user version, big-endian.
        var database = Path.Combine(_folder, "jobs.db");
        await using (var file = File.OpenWrite(database))
        {
            file.Position = 60;
            file.Write([0, 0, 3, 231]);
        }

        var before = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(database)));
        await AssertRefusedAsync("newer", "--data", _folder, "--urls", $"http://127.0.0.1:{FreePort.Next()}");
        Assert.Equal(before, Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(database))));
    }

    [Fact]
    public async Task An_address_in_use_is_refused_in_one_sentence()
    {
        using var other = new TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        await AssertRefusedAsync("--urls", "--data", _folder, "--urls", $"http://{other.LocalEndpoint}");
    }

    [Theory]
    [InlineData("Orleans:Streaming:requests:QueueCount", "0")]
    [InlineData("Jobs:IdleAfter", "-00:01:00")]
    [InlineData("Gateway:MaxWait", "abc")]
    public async Task A_wrong_setting_is_refused_by_name(string setting, string value) =>
        await AssertRefusedAsync(setting, "--data", _folder, $"--{setting}={value}");

    [Theory]
    [InlineData("--data", "--dta", "x")]
    [InlineData("--demo", "--dmeo")]
    [InlineData("Urls", "--urls", "http://127.0.0.1:99999")]
    public async Task An_option_that_is_misspelt_or_unusable_is_refused(string named, params string[] arguments) =>
        await AssertRefusedAsync(named, ["--data", _folder, .. arguments]);

    [Fact]
    public async Task With_tokens_configured_no_development_identity_is_accepted()
    {
        await using var server = await StandaloneServer.StartAsync(
            _folder, null, "--Identity:Issuer=i", "--Identity:Audience=a", "--Identity:Keys:0:K=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE");
        using var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev-admin");

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/operations")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync("/produce", null)).StatusCode);
    }

    private static async Task AssertRefusedAsync(string named, params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync("dotnet", [Repository.OutputOf("Standalone", "JobRequests.Standalone.dll"), .. arguments]);
        Assert.Equal(1, exitCode);
        var lines = (output + error).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 1, $"One sentence was expected, this was printed:\n{output}{error}");
        Assert.Contains(named, lines[0], StringComparison.Ordinal);
    }
}
