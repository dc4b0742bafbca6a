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

    private readonly string _folder = Directory.CreateTempSubdirectory("proxy-tests-").FullName;
    private readonly List<FeedHost> _gateways = [];
    private Process? _nginx;
    private Uri _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        string[] places = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx", "/opt/homebrew/bin/nginx"];
        if (places.FirstOrDefault(File.Exists) is not { } program)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail("nginx is not installed. In CI that is a failure.");
            Assert.Skip("nginx is not installed.");
            return;
        }

        for (var number = 0; number < 2; number++) _gateways.Add(
            await FeedHost.StartAsync(("Gateway:TrustedProxies:0", "127.0.0.1"), ("Gateway:AnonymousRate", "1"), ("Gateway:AnonymousBurst", "1")));
        var port = FreePort.Next();
        _proxy = new Uri($"http://127.0.0.1:{port}");
        var server = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "eng", "compose", "nginx.conf")))
            .Replace("listen 8080;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal)
            .Replace("gateway-1:8080", _gateways[0].Client.BaseAddress!.Authority, StringComparison.Ordinal)
            .Replace("gateway-2:8080", _gateways[1].Client.BaseAddress!.Authority, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, "server.conf"), server);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "nginx.conf"),
            $$"""
            daemon off; worker_processes 1; pid {{_folder}}/pid; error_log stderr;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path {{_folder}}/body; proxy_temp_path {{_folder}}/proxy; fastcgi_temp_path {{_folder}}/f; uwsgi_temp_path {{_folder}}/u; scgi_temp_path {{_folder}}/s;
                include {{_folder}}/server.conf;
            }
            """);
        _nginx = Process.Start(new ProcessStartInfo(program, ["-p", _folder, "-e", "stderr", "-c", Path.Combine(_folder, "nginx.conf")])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _nginx.BeginOutputReadLine();
        _nginx.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri(_proxy, "/health/live"))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (!_nginx.HasExited && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(20);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            _nginx.Kill(entireProcessTree: true);
            await _nginx.WaitForExitAsync();
            _nginx.Dispose();
        }

        foreach (var gateway in _gateways) await gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Every_connection_of_the_hub_goes_through_the_proxy(HttpTransportType transport)
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => HubClient.ConnectAsync(_proxy, "zoe", transport)));
        foreach (var client in clients) Assert.True((await client.Connection.InvokeAsync<JsonElement>("WatchMine")).GetProperty("watching").GetBoolean());

        foreach (var gateway in _gateways) gateway.Add(Facts.Requested(Facts.Job(1)));

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
        using var http = new HttpClient { BaseAddress = _proxy };
        await using var feed = await EventStreamReader.OpenAsync(http, "/v1/events", "zoe", lastEventId: null);
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (feed.LastEventId is null) await feed.ReadAsync(waitLimit.Token);

        foreach (var gateway in _gateways) gateway.Add(Facts.Requested(Facts.Job(1)));

        SentEvent? block;
        do block = await feed.ReadAsync(waitLimit.Token);
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
    { BaseAddress = _proxy };
}
