using System.Diagnostics;

namespace JobRequests.Testing;

/// <summary>Runs a program to its end.</summary>
public static class ChildProcess
{
    private static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(2);

    /// <param name="environment">Variables set in addition.</param>
    /// <param name="limit">How long it may take; two minutes when left out.</param>
    /// <returns>What it printed, on both streams apart.</returns>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(limit ?? UsualLimit);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException(
                $"{program} {string.Join(' ', arguments)} did not end within {limit ?? UsualLimit}. It printed:\n{await output}\n{await error}");
        }

        return (process.ExitCode, await output, await error);
    }
}
