using System.Diagnostics;
using System.Globalization;

namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>This test executable started again, to be killed: it writes numbers and names on its output those that were acknowledged.</summary>
internal sealed class ChildProcess : IDisposable
{
    public const string FolderVariable = "SQLITE_TESTS_CHILD_FOLDER";
    private const int Writers = 16;
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public List<(string Grain, int Number)> Acknowledged { get; } = [];

    public static Task<ChildProcess> StartWriterAsync(string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment = { [FolderVariable] = folder },
        };
        // Under "dotnet tests.dll" the process is the host, which needs to be told what to run.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        return Task.FromResult(new ChildProcess(Process.Start(start)!));
    }

    public async Task WaitForAcknowledgementsAsync(int count)
    {
        using var waitLimit = new CancellationTokenSource(WaitLimit);
        while (Acknowledged.Count < count)
            if (!await ReadAsync(waitLimit.Token))
                throw new InvalidOperationException($"The child ended after {Acknowledged.Count} of {count} acknowledgements, exit code {_process.ExitCode}.");
    }

    /// <summary>SIGKILL, and then what it had still managed to say.</summary>
    public async Task KillAsync()
    {
        using var waitLimit = new CancellationTokenSource(WaitLimit);
        _process.Kill();
        while (await ReadAsync(waitLimit.Token))
        {
        }
        await _process.WaitForExitAsync(waitLimit.Token);
    }

    /// <summary>The child's side: writers that each count up in one grain's state, until killed.</summary>
    public static async Task<int> RunWriterAsync(string folder)
    {
        var storage = await StorageFixture.OpenAsync(new SqliteDatabaseOptions { DataFolder = folder });
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            var grain = GrainId.Create("count", Guid.NewGuid().ToString("N"));
            var state = new GrainState<Count>(new Count());
            while (true)
            {
                state.State!.Number++;
                await storage.WriteStateAsync("count", grain, state);
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{grain} {state.State.Number}"));
            }
        }));
        return 0;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (await _process.StandardOutput.ReadLineAsync(cancellationToken) is not { } line)
            return false;
        // The kill may have cut the last line.
        if (line.Split(' ') is [var grain, var number] && int.TryParse(number, CultureInfo.InvariantCulture, out var n))
            Acknowledged.Add((grain, n));
        return true;
    }

    internal sealed class Count
    {
        public int Number { get; set; }

        public string Padding { get; set; } = new('x', 500);
    }
}
