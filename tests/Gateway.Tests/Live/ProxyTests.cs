using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using JobRequests.Gateway.Tests.Events;
using JobRequests.Testing;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace JobRequests.Gateway.Tests.Live;

/// <summary>Two gateways behind a real nginx with the settings of the compose file.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    private const int Connections = 10;

    private readonly string folder = Directory.CreateTempSubdirectory("proxy-tests-").FullName;
    private readonly List<FeedHost> gateways = [];
    private Process? nginx;
    private Uri proxy = null!;

    public async ValueTask InitializeAsync()
    {
        string[] places = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx", "/opt/homebrew/bin/nginx"];
        if (places.FirstOrDefault(File.Exists) is not { } program)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail("nginx is not installed. In CI that is a failure.");
            Assert.Skip("nginx is not installed.");
            return;
        }

        for (var number = 0; number < 2; number++) gateways.Add(
            await FeedHost.StartAsync(("Gateway:TrustedProxies:0", "127.0.0.1"), ("Gateway:AnonymousRate", "1"), ("Gateway:AnonymousBurst", "1")));
        var port = FreePort.Next();
        proxy = new Uri($"http://127.0.0.1:{port}");
        var server = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "eng", "compose", "nginx.conf")))
            .Replace("listen 8080;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal)
            .Replace("gateway-1:8080", gateways[0].Client.BaseAddress!.Authority, StringComparison.Ordinal)
            .Replace("gateway-2:8080", gateways[1].Client.BaseAddress!.Authority, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "server.conf"), server);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nginx.conf"),
            $$"""
            daemon off; worker_processes 1; pid {{folder}}/pid; error_log stderr;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
                include {{folder}}/server.conf;
            }
            """);
        nginx = Process.Start(new ProcessStartInfo(program, ["-p", folder, "-e", "stderr", "-c", Path.Combine(folder, "nginx.conf")])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        nginx.BeginOutputReadLine();
        nginx.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri(proxy, "/health/live"))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (!nginx.HasExited && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(20);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (nginx is not null)
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync();
            nginx.Dispose();
        }

        foreach (var gateway in gateways) await gateway.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Every_connection_of_the_hub_goes_through_the_proxy(HttpTransportType transport)
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => HubClient.ConnectAsync(proxy, "zoe", transport)));
        foreach (var client in clients) Assert.True((await client.Connection.InvokeAsync<JsonElement>("WatchMine")).GetProperty("watching").GetBoolean());

        foreach (var gateway in gateways) gateway.Add(Facts.Requested(Facts.Job(1)));

        foreach (var client in clients) Assert.Equal($"{Facts.Job(1)}:1", await client.EventAsync());
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task Callers_behind_the_proxy_do_not_share_a_limit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has more loopback addresses than one.");
        using var busy = From("127.0.0.2");
        using var other = From("127.0.0.3");

        Assert.True(await IsRefusedAsync(busy, static _ => null));
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/v1/job-requests")).StatusCode);
        Assert.True(await IsRefusedAsync(busy, static number => $"10.0.0.{number}"), "What a caller says of its address is believed.");
    }

    [Fact]
    public async Task A_feed_through_the_proxy_is_told_at_once()
    {
        using var http = new HttpClient { BaseAddress = proxy };
        await using var feed = await EventStreamReader.OpenAsync(http, "/v1/events", "zoe", lastEventId: null);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (feed.LastEventId is null) await feed.ReadAsync(patience.Token);

        foreach (var gateway in gateways) gateway.Add(Facts.Requested(Facts.Job(1)));

        SentEvent? block;
        do block = await feed.ReadAsync(patience.Token);
        while (block?.Type is null);
        Assert.Equal("JobRequested", block.Type);
    }

    private static async Task<bool> IsRefusedAsync(HttpClient http, Func<int, string?> forwardedFor)
    {
        for (var number = 0; number < 20; number++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/job-requests");
            if (forwardedFor(number) is { } address) request.Headers.Add("X-Forwarded-For", address);
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) return true;
        }

        return false;
    }

    private HttpClient From(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = proxy };
}
