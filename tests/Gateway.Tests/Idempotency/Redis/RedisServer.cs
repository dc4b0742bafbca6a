using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using JobRequests.Testing;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

/// <summary>A server of the test's own, to be killed and started again.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly int _port = FreePort.Next();
    private Process? _process;

    public string Address => $"127.0.0.1:{_port}";

    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        await server.BeginAsync();
        return server;
    }

    public async Task BeginAsync()
    {
        try
        {
            _process = Process.Start(new ProcessStartInfo("redis-server", ["--bind", "127.0.0.1", "--port", $"{_port}", "--save", "", "--appendonly", "no"])
            { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") throw;
            Assert.Skip("redis-server is not installed here.");
        }

        _process!.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        await Eventually.TrueAsync(ListensAsync, $"redis-server listens on port {_port}");
    }

    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
