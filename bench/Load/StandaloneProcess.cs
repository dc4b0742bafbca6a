using System.Diagnostics;
using JobRequests.Testing;

namespace JobRequests.Bench;

/// <summary>A server of our own on a fresh data folder and a free port; both are gone afterwards.</summary>
internal sealed class StandaloneProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private StandaloneProcess(Process process, string folder, string url, TimeSpan readyAfter)
    {
        _process = process;
        _folder = folder;
        Url = url;
        ReadyAfter = readyAfter;
    }

    public string Url { get; }

    public TimeSpan ReadyAfter { get; }

    /// <summary>Resident memory, bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time so far.</summary>
    public IReadOnlyDictionary<string, TimeSpan> ProcessorTimes()
    {
        _process.Refresh();
        return new Dictionary<string, TimeSpan> { ["standalone"] = _process.TotalProcessorTime };
    }

    public static async Task<StandaloneProcess> StartAsync(FileInfo dll, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("jobrequests-bench-").FullName;
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var started = Stopwatch.GetTimestamp();
        // One caller sends everything.
        string[] unlimited = ["--Gateway:CallerRate", "1000000", "--Gateway:CallerBurst", "1000000"];
        var process = Process.Start(
            new ProcessStartInfo("dotnet", [dll.FullName, "--data", folder, "--urls", url, .. unlimited]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("dotnet did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();

        using var calls = new JobCalls([url], 1);
        while (!await calls.IsReadyAsync())
        {
            if (process.HasExited) throw new InvalidOperationException($"The server ended with exit code {process.ExitCode} before it was ready.");
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60)) throw new TimeoutException("The server was not ready within 60 s.");
            await Task.Delay(10, cancellationToken);
        }

        return new StandaloneProcess(process, folder, url, Stopwatch.GetElapsedTime(started));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
