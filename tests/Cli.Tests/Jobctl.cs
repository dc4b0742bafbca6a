using System.Diagnostics;
using System.Reflection;
using System.Text;
using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

/// <param name="Code">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Run(int Code, string Output, string Error);

/// <summary>jobctl as a process of its own, with a configuration folder of its own.</summary>
internal sealed class Jobctl : IDisposable
{
    public static readonly string Executable = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory,
        typeof(Jobctl).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "JobctlFolder").Value!,
        OperatingSystem.IsWindows() ? "jobctl.exe" : "jobctl"));

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string?> _environment;

    public Jobctl(StubGateway? gateway = null)
    {
        Config = Path.Combine(Path.GetTempPath(), $"jobctl-{Guid.NewGuid():N}");
        _environment = new()
        {
            ["JOBCTL_CONFIG"] = Config,
            ["JOBCTL_URL"] = gateway?.Address.ToString(),
            ["JOBCTL_TOKEN"] = null,
            ["JOBCTL_SETTINGS"] = null,
            ["NO_COLOR"] = null,
            ["TERM"] = "xterm-256color",
        };
    }

    public string Config { get; }

    public IReadOnlyDictionary<string, string?> Environment => _environment;

    public string? this[string variable]
    {
        set => _environment[variable] = value;
    }

    public string Unanswered => Path.Combine(Config, "unanswered");

    public int UnansweredCount => Directory.Exists(Unanswered) ? Directory.GetFiles(Unanswered, "*.json").Length : 0;

    public Task<Run> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    public async Task<Run> RunAsync(string? input, string[] arguments)
    {
        using var process = Start(arguments);
        await using (process.StandardInput)
            await process.StandardInput.WriteAsync(input);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"jobctl {string.Join(' ', arguments)} did not end within {Limit.TotalSeconds} s: {await output}{await error}");
        }

        return new Run(process.ExitCode, await output, await error);
    }

    /// <summary>A running jobctl, for tests that end it themselves.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        Apply(start);
        return Process.Start(start)!;
    }

    public void Apply(ProcessStartInfo start)
    {
        foreach (var (name, value) in _environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Config))
            Directory.Delete(Config, recursive: true);
    }
}
