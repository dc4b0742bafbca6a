using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace JobRequests.Cli.Tests;

/// <summary>jobctl at a terminal, by way of <c>script</c> (util-linux): types keys, and waits for what the screen says.</summary>
internal sealed partial class PseudoTerminal : IAsyncDisposable
{
    public const string Enter = "\r";
    public const string Down = "\e[B";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _raw = new();
    private readonly Task _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    private PseudoTerminal(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Everything that came, with its control sequences.</summary>
    public string Raw
    {
        get
        {
            lock (_raw)
                return _raw.ToString();
        }
    }

    /// <summary>Everything that came, as text.</summary>
    public string Text => Controls().Replace(Raw, "");

    public static PseudoTerminal Start(Jobctl jobctl, string arguments = "", int columns = 200)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no `script` (util-linux) to make a terminal with.");
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"stty rows 50 cols {columns}; '{Jobctl.Executable}' {arguments}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        jobctl.Apply(start);
        return new PseudoTerminal(Process.Start(start)!);
    }

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the text appears after what was expected before.</summary>
    public async Task<PseudoTerminal> ExpectAsync(string expected)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            Task changed;
            lock (_raw)
            {
                var text = Text;
                var at = text.IndexOf(expected, Math.Min(_seen, text.Length), StringComparison.Ordinal);
                if (at >= 0)
                {
                    _seen = at + expected.Length;
                    return this;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{expected}' was expected within {Limit.TotalSeconds} s after this was seen:\n{Text}");
            }
        }
    }

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        int count;
        while ((count = await _process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            TaskCompletionSource changed;
            lock (_raw)
            {
                _raw.Append(buffer, 0, count);
                changed = _changed;
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
        }
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[ -/]*[@-~]|\e[=>]|\e\][^\a]*\a")]
    private static partial Regex Controls();
}
