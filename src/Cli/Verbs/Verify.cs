using System.CommandLine;
using System.Globalization;
using JobRequests.Cli.Output;
using JobRequests.Cli.Verification;
using JobRequests.Verification;

namespace JobRequests.Cli.Verbs;

/// <summary>Checks the invariants of what is stored, and with a history those of what was answered.</summary>
internal static class Verify
{
    private static readonly Option<string?> Data = new("--data") { Description = "The data folder of an embedded service, running or not", HelpName = "PATH" };
    private static readonly Option<string?> History = new("--history") { Description = "Calls as their callers saw them, JSON lines", HelpName = "FILE" };
    private static readonly Option<string?> Lincheck = new("--lincheck") { Description = "Write the history in the form that lincheck judges", HelpName = "FILE" };
    private static readonly Option<bool> Settled = new("--settled") { Description = "Nothing is under way any more: what is unpublished, or behind in a view, is lost" };
    private static readonly Option<double?> Capacity = new("--capacity") { Description = "Decisions a second that the service can make, to judge overload by", HelpName = "RATE" };

    public static Command Build()
    {
        var verb = new Command(
            "verify",
            """
            Check the promises on what is stored, and with a history on what was answered. Changes nothing.

            Exit codes: 0 no violation, 1 violations, 2 something could not be read.
            """)
        {
            Data, History, Lincheck, Settled, Capacity,
        };
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var history = parsed.GetValue(History);
        var lincheck = parsed.GetValue(Lincheck);
        if (parsed.GetValue(Data) is null && history is null) throw new UsageException("Name what to verify: --data PATH, --history FILE, or both.");
        if (lincheck is not null && history is null) throw new UsageException("--lincheck writes a history in another form: give --history FILE too.");
        if (lincheck is not null && Path.Exists(lincheck)) throw new UsageException($"{lincheck} exists already; nothing is overwritten.");

        var json = parsed.GetValue(GlobalOptions.Json);
        await using IJobSource? jobs = parsed.GetValue(Data) is { } folder ? SqliteJobSource.Open(folder) : null;
        if (lincheck is not null) await ExportAsync(history!, lincheck, jobs, json, cancellation);

        var options = new VerificationOptions
        {
            Rules = new CheckRules
            {
                Settled = parsed.GetValue(Settled),
                Wait = TimeSpan.FromSeconds(parsed.GetValue(GlobalOptions.Wait)),
                Capacity = parsed.GetValue(Capacity),
            },
        };
        var report = await new Verifier(new VerificationSources { Jobs = jobs, HistoryFile = history }, options).RunAsync(json ? null : VerificationText.Print, cancellation);
        if (json) Terminal.Line(VerificationJson.Serialize(report));
        else VerificationText.Print(report, jobs?.Name ?? $"history {history}");
        return report.IsClean ? ExitCode.Success : ExitCode.ViolationsFound;
    }

    private static async Task ExportAsync(string history, string target, IJobSource? jobs, bool json, CancellationToken cancellation)
    {
        var exported = await LincheckExport.WriteAsync(history, target, jobs, cancellation);
        if (json) return;
        Terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{exported.Calls} calls on {exported.Jobs} jobs are written to {target} for lincheck; {exported.JobsLeftOut} jobs are beyond its model (deadline, tasks, finish, or no create)."));
    }
}
