using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace JobRequests.Testing;

/// <summary>The built Standalone as a process of its own, on a folder that outlives it.</summary>
public sealed class StandaloneServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output;

    private StandaloneServer(Process process, ConcurrentQueue<string> output, Uri url)
    {
        _process = process;
        _output = output;
        Url = url;
    }

    public Uri Url { get; }

    public int ProcessId => _process.Id;

    /// <summary>Everything it printed so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts it and returns when it says that it is ready.</summary>
    public static async Task<StandaloneServer> StartAsync(string dataFolder, int? port = null, params string[] arguments)
    {
        var url = new Uri($"http://127.0.0.1:{port ?? FreePort()}");
        var output = new ConcurrentQueue<string>();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = Start(["--data", dataFolder, "--urls", url.ToString().TrimEnd('/'), .. arguments], line =>
        {
            output.Enqueue(line);
            if (line.Contains(" is ready at ", StringComparison.Ordinal)) ready.TrySetResult();
        });
        var exited = process.WaitForExitAsync();
        var first = await Task.WhenAny(ready.Task, exited, Task.Delay(StartLimit));
        if (first == ready.Task) return new StandaloneServer(process, output, url);

        var reason = first == exited ? $"ended with exit code {process.ExitCode}" : $"was not ready within {StartLimit}";
        if (!process.HasExited) process.Kill();
        throw new InvalidOperationException($"The server {reason}. It printed:\n{string.Join('\n', output)}");
    }

    /// <summary>Starts it where it is expected to refuse, and waits for its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(params string[] arguments)
    {
        var output = new ConcurrentQueue<string>();
        using var process = Start(arguments, output.Enqueue);
        try
        {
            await process.WaitForExitAsync().WaitAsync(StartLimit);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"The server did not end within {StartLimit}. It printed:\n{string.Join('\n', output)}");
        }

        return (process.ExitCode, string.Join('\n', output));
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>As <c>kill -9</c>: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static Process Start(string[] arguments, Action<string> onLine)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Repository.OutputOf("Standalone", "JobRequests.Standalone.dll"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Take(string? line)
        {
            if (line is not null) onLine(line);
        }
    }
}
