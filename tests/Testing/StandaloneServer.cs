using System.Diagnostics;

namespace JobRequests.Testing;

/// <summary>The built Standalone as a process of its own, on a folder that outlives it.</summary>
public sealed class StandaloneServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly PrintedLines _output;

    private StandaloneServer(Process process, PrintedLines output, Uri url)
    {
        _process = process;
        _output = output;
        Url = url;
    }

    public Uri Url { get; }

    public int ProcessId => _process.Id;

    /// <summary>Everything it printed so far.</summary>
    public string Output => _output.ToString();

    /// <summary>Completes when a line with this text was printed.</summary>
    public Task PrintedAsync(string text) => _output.ContainsAsync(text).WaitAsync(StartLimit);

    /// <summary>Starts it and returns when it says that it is ready.</summary>
    public static Task<StandaloneServer> StartAsync(string dataFolder, int? port = null, params string[] arguments) =>
        StartAsync(dataFolder, port, new Dictionary<string, string>(), arguments);

    public static Task<StandaloneServer> StartAsync(string dataFolder, IReadOnlyDictionary<string, string> environment) =>
        StartAsync(dataFolder, null, environment, []);

    private static async Task<StandaloneServer> StartAsync(
        string dataFolder, int? port, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var url = new Uri($"http://127.0.0.1:{port ?? FreePort.Next()}");
        var output = new PrintedLines();
        var process = Start(["--data", dataFolder, "--urls", url.ToString().TrimEnd('/'), .. arguments], environment, output.Add);
        var ready = output.ContainsAsync(" is ready at ");
        var exited = process.WaitForExitAsync();
        var first = await Task.WhenAny(ready, exited, Task.Delay(StartLimit));
        if (first == ready) return new StandaloneServer(process, output, url);

        var reason = first == exited ? $"ended with exit code {process.ExitCode}" : $"was not ready within {StartLimit}";
        if (!process.HasExited) process.Kill();
        throw new InvalidOperationException($"The server {reason}. It printed:\n{output}");
    }

    /// <summary>As <c>kill -9</c>: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as an operator or a container would, and waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await ChildProcess.RunAsync("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync().WaitAsync(StartLimit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static Process Start(string[] arguments, IReadOnlyDictionary<string, string> environment, Action<string> onLine)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Repository.OutputOf("Standalone", "JobRequests.Standalone.dll"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        foreach (var (name, value) in environment) process.StartInfo.Environment[name] = value;
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

/// <summary>What a process has printed, and who waits for a line of it.</summary>
internal sealed class PrintedLines
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource Seen)> _waiters = [];

    public void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
            foreach (var (text, seen) in _waiters)
                if (line.Contains(text, StringComparison.Ordinal))
                    seen.TrySetResult();
        }
    }

    public Task ContainsAsync(string text)
    {
        lock (_gate)
        {
            if (_lines.Exists(line => line.Contains(text, StringComparison.Ordinal))) return Task.CompletedTask;
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((text, seen));
            return seen.Task;
        }
    }

    public override string ToString()
    {
        lock (_gate) return string.Join('\n', _lines);
    }
}
