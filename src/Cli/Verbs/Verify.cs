using System.CommandLine;
using JobRequests.Cli.Output;
using JobRequests.Cli.Verification;
using JobRequests.Verification;

namespace JobRequests.Cli.Verbs;

/// <summary>Checks the invariants of what is stored, and with a history those of what was answered.</summary>
internal static class Verify
{
    public static Command Build()
    {
        var data = new Option<string?>("--data") { Description = "The data folder of an embedded service, running or not", HelpName = "PATH" };
        var history = new Option<string?>("--history") { Description = "Calls as their callers saw them, JSON lines", HelpName = "FILE" };
        var settled = new Option<bool>("--settled") { Description = "Nothing is under way any more: what is unpublished, or behind in a view, is lost" };
        var verb = new Command(
            "verify",
            """
            Check the promises on what is stored, and with a history on what was answered. Changes nothing.

            Exit codes: 0 no violation, 1 violations, 2 something could not be read.
            """)
        {
            data, history, settled,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var options = new VerificationOptions
            {
                Rules = new CheckRules { Settled = parsed.GetValue(settled), Wait = TimeSpan.FromSeconds(parsed.GetValue(GlobalOptions.Wait)) },
            };
            var json = parsed.GetValue(GlobalOptions.Json);
            await using var jobs = Open(parsed.GetValue(data));
            var verifier = new Verifier(new VerificationSources { Jobs = jobs, HistoryFile = parsed.GetValue(history) }, options);
            var report = await verifier.RunAsync(json ? null : VerificationText.Print, cancellation);
            if (json) Terminal.Line(VerificationJson.Serialize(report));
            else VerificationText.Print(report, jobs.Name);
            return report.IsClean ? ExitCode.Success : ExitCode.ViolationsFound;
        });
        return verb;
    }

    private static SqliteJobSource Open(string? folder) =>
        folder is not null ? SqliteJobSource.Open(folder) : throw new UsageException("Name what to verify: --data PATH.");
}
