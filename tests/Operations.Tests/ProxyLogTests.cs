using System.Diagnostics;
using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>The compose file's nginx keeps tokens to itself. No gateway answers here: that is when nginx says most.</summary>
public sealed class ProxyLogTests : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];

    private readonly string _folder = Directory.CreateTempSubdirectory("proxy-log-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_token_in_the_address_is_in_no_log()
    {
        if (Places.FirstOrDefault(File.Exists) is not { } program)
        {
            const string Missing = "No nginx is installed (apt-get install nginx).";
            if (Environment.GetEnvironmentVariable("CI") is "true" or "1") Assert.Fail(Missing);
            Assert.Skip(Missing);
            return;
        }

        var port = FreePort.Next();
        var shipped = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "eng", "compose", "nginx.conf"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "server.conf"),
            shipped.Replace("listen 8080;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal)
                .Replace("gateway-1:8080", "127.0.0.1:1", StringComparison.Ordinal).Replace("gateway-2:8080", "127.0.0.1:2", StringComparison.Ordinal));

        // As in the image: it logs whole addresses unless the server says otherwise.
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "nginx.conf"),
            $$"""
            daemon off; master_process off; pid {{_folder}}/pid; error_log stderr notice;
            events { }
            http {
                access_log /dev/stdout;
                client_body_temp_path {{_folder}}/b; proxy_temp_path {{_folder}}/p; fastcgi_temp_path {{_folder}}/f; uwsgi_temp_path {{_folder}}/u; scgi_temp_path {{_folder}}/s;
                include {{_folder}}/server.conf;
            }
            """);
        using var nginx = Process.Start(new ProcessStartInfo(program, ["-p", _folder, "-e", "stderr", "-c", Path.Combine(_folder, "nginx.conf")])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (nginx.StandardOutput.ReadToEndAsync(), nginx.StandardError.ReadToEndAsync());
        try
        {
            Assert.Equal(502, await AskAsync(new Uri($"http://127.0.0.1:{port}/v1/events?access_token=secret-token"), nginx));
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync();
        }

        Assert.Contains("\"GET /v1/events\" 502", await output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", await output + await error, StringComparison.Ordinal);
    }

    private static async Task<int> AskAsync(Uri address, Process nginx)
    {
        using var http = new HttpClient();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return (int)(await http.GetAsync(address)).StatusCode;
            }
            catch (HttpRequestException) when (!nginx.HasExited && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(20);
            }
        }
    }
}
