using JobRequests.Cli.Verification;

namespace JobRequests.Cli.Verbs;

/// <summary>The part of <c>verify</c> that is about views.</summary>
internal static class ViewsCheck
{
    private static readonly Option<string?> Data = new("--data") { Description = "The data folder of an embedded service, running or not", HelpName = "PATH" };
    private static readonly Option<string?> Settings = new("--settings")
    { Description = "A silo's appsettings.json, for the names of server and database (default: JOBCTL_SETTINGS)", HelpName = "FILE" };

    public static Command Build()
    {
        var verb = new Command(
            "check",
            """
            Compare each view with the fold of its job's document. Changes nothing.

            Reads --data, or the server in ConnectionStrings__mongodb (MONGO_URL), by the settings of a silo.
            Exit codes: 0 all are equal, 1 some are not, 2 something could not be read.
            """)
        {
            Data, Settings,
        };
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (data, settings) = (parsed.GetValue(Data), parsed.GetValue(Settings));
        if (data is not null && settings is not null) throw new UsageException("Give --data for an embedded service, or --settings for a cluster, not both.");
        var json = GlobalOptions.IsJson(parsed);
        await using IJobSource jobs = data is not null ? SqliteJobSource.Open(data) : MongoJobSource.Open(ServerSettings.Load(settings));
        var verifier = new Verifier(
            new VerificationSources { Jobs = jobs }, new VerificationOptions { Rules = new CheckRules { Only = [Invariant.I4, Invariant.I9] } });
        var report = await verifier.RunAsync(json ? null : VerificationText.Print, cancellationToken);
        if (json) Terminal.JsonLine(VerificationJson.Serialize(report));
        else VerificationText.Print(report, jobs.Name);
        return report.IsClean ? ExitCode.Success : ExitCode.ViolationsFound;
    }
}
