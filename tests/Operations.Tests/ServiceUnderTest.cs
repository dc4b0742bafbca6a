using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>A built silo or gateway as a process, with nothing but the settings it is given.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    private static readonly (string, string)[] OrleansPorts =
        [("Orleans:Endpoints:SiloPort", "0"), ("Orleans:Endpoints:GatewayPort", "0"), ("Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1")];

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ServiceUnderTest(Process process, Uri url)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>What it has logged, once it has ended.</summary>
    public Task<string> Output => _output;

    public static ServiceUnderTest Start(string project, params (string Setting, string Value)[] settings)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var start = new ProcessStartInfo(
            "dotnet", [Program(project), .. Defaults(project, url).Concat(settings).Select(static setting => $"--{setting.Setting}={setting.Value}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ServiceUnderTest(Process.Start(start)!, url);
    }

    /// <summary>Runs one that cannot start.</summary>
    public static async Task<(int ExitCode, string Error)> RefusedAsync(string project, params (string Setting, string Value)[] settings)
    {
        await using var service = Start(project, settings);
        return await service.EndAsync();
    }

    /// <summary>The service's own question whether it lives.</summary>
    public static async Task<int> ProbeAsync(string project, Uri url) =>
        (await ChildProcess.RunAsync("dotnet", [Program(project), "--health=true", $"--Urls={url}"])).ExitCode;

    public async Task<(int ExitCode, string Error)> StopAsync()
    {
        await ChildProcess.RunAsync("kill", ["-TERM", $"{_process.Id}"]);
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Program(string project) => Repository.OutputOf(project, $"JobRequests.{project}.dll");

    // Servers that are not there; a test names those that it has.
    private static IEnumerable<(string Setting, string Value)> Defaults(string project, Uri url) =>
    [
        ("Urls", url.ToString()), ("Records:Secrets:1", Convert.ToBase64String(new byte[32])), ("ConnectionStrings:redis", "127.0.0.1:1"),
        ("ConnectionStrings:kafka", "127.0.0.1:1"),
        ("ConnectionStrings:mongodb", "mongodb://127.0.0.1:1"), ("Orleans:Tls:Waived", "true"), .. project == "Silo" ? OrleansPorts : [],
    ];

    private async Task<(int ExitCode, string Error)> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            _process.Kill();
            throw new TimeoutException($"The service did not end. It printed:\n{await _output}\n{await _error}");
        }

        return (_process.ExitCode, await _error);
    }
}

/// <summary>A port of the loopback behind which a server appears when the door is opened.</summary>
internal sealed class Door(string server) : IDisposable
{
    private readonly int _port = FreePort.Next();
    private readonly CancellationTokenSource _closed = new();
    private TcpListener? _open;

    public string Address => $"127.0.0.1:{_port}";

    public void Open()
    {
        _open = new TcpListener(IPAddress.Loopback, _port);
        _open.Start();
        _ = AcceptAsync(_open);
    }

    public void Dispose()
    {
        _closed.Cancel();
        _open?.Dispose();
        _closed.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_closed.IsCancellationRequested) _ = PassAsync(await listener.AcceptTcpClientAsync(_closed.Token));
    }

    private async Task PassAsync(TcpClient from)
    {
        using var inside = from;
        using var to = new TcpClient();
        var endpoint = IPEndPoint.Parse(server);
        await to.ConnectAsync(endpoint, _closed.Token);
        await Task.WhenAny(inside.GetStream().CopyToAsync(to.GetStream(), _closed.Token), to.GetStream().CopyToAsync(inside.GetStream(), _closed.Token));
    }
}
