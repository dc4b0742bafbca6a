using System.Globalization;
using JobRequests.Cli.Verification;

namespace JobRequests.Cli.Verbs;

/// <summary>Checks the invariants of what is stored, and with a history those of what was answered.</summary>
internal static class Verify
{
    private const double UsualInterval = 10;

    private static readonly Option<string?> Data = new("--data") { Description = "The data folder of an embedded service, running or not", HelpName = "PATH" };
    private static readonly Option<string?> Settings = new("--settings")
    { Description = "A silo's appsettings.json, for the names of servers, topics and database (default: JOBCTL_SETTINGS)", HelpName = "FILE" };
    private static readonly Option<string?> History = new("--history") { Description = "Calls as their callers saw them, JSON lines", HelpName = "FILE" };
    private static readonly Option<bool> Settled = new("--settled") { Description = "The service is idle: count anything unpublished or lagging as lost" };
    private static readonly Option<double?> Capacity = new("--capacity")
    { Description = "Decisions a second that the service can make, to judge overload by", HelpName = "RATE" };
    private static readonly Option<double?> Watch = new("--watch")
    {
        Description = $"Keep checking for changes every SECONDS (default {UsualInterval}) and export invariant_violations",
        HelpName = "SECONDS",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Build()
    {
        var verb = new Command(
            "verify",
            """
            Check the promises on what is stored, and with a history on what was answered. Changes nothing.

            Reads --data, or the servers in ConnectionStrings__mongodb and ConnectionStrings__kafka (MONGO_URL, KAFKA), by the settings of a silo.
            Exit codes: 0 no violation, 1 violations, 2 something could not be read.
            """)
        {
            Data, Settings, History, Settled, Capacity, Watch,
        };
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var history = parsed.GetValue(History);
        if (parsed.GetValue(Data) is not null && parsed.GetValue(Settings) is not null)
            throw new UsageException("Give --data for an embedded service, or --settings for a cluster, not both.");

        var json = GlobalOptions.IsJson(parsed);
        await using var evidence = await Evidence.OpenAsync(parsed.GetValue(Data), parsed.GetValue(Settings), history);
        var verifier = new Verifier(evidence.Sources, new VerificationOptions
        {
            Rules = new CheckRules
            {
                Settled = parsed.GetValue(Settled),
                Wait = TimeSpan.FromSeconds(parsed.GetValue(GlobalOptions.Wait)),
                Capacity = parsed.GetValue(Capacity),
            }.WithLimitsOf(ServerSettings.Load(parsed.GetValue(Settings))),
        });
        if (parsed.GetResult(Watch) is not null)
            return await Watching.RunAsync(verifier, TimeSpan.FromSeconds(Interval(parsed)), evidence.Name, json, cancellationToken);

        var report = await verifier.RunAsync(json ? null : VerificationText.Print, cancellationToken);
        if (json) Terminal.JsonLine(VerificationJson.Serialize(report));
        else VerificationText.Print(report, evidence.Name);
        return report.IsClean ? ExitCode.Success : ExitCode.ViolationsFound;
    }

    private static double Interval(ParseResult parsed) => parsed.GetValue(Watch) switch
    {
        null => UsualInterval,
        >= 0.1 and <= 86_400 and var seconds => seconds,
        var other => throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--watch is 0.1 to 86400 seconds, not {other}.")),
    };
}
