using System.CommandLine.Parsing;
using JobRequests.Cli.Menu;
using JobRequests.Cli.Verbs;
using CommandResult = System.CommandLine.Parsing.CommandResult;

namespace JobRequests.Cli;

/// <summary>The grammar of jobctl: one file per verb in <c>Verbs</c>, but for the commands of <see cref="JobVerb"/>.</summary>
internal static class CommandLine
{
    public static RootCommand Build()
    {
        var root = new RootCommand(
            """
            Offer a job to many people; exactly one gets it. Run without a command to open a menu.

            Exit codes: 0 success, 2 rejected by a rule, 3 pending, 4 refused, 5 busy, 6 unreachable,
            1 a guarantee was violated (race, verify), 64 usage error, 74 local file error, 130 interrupted.
            """);
        GlobalOptions.AddTo(root);
        foreach (var verb in Verbs())
            root.Subcommands.Add(verb);
        HelpText.AddTo(root);
        root.SetAction((parsed, cancellationToken) => MainMenu.RunAsync(Session.Of(parsed), cancellationToken));
        return root;
    }

    public static string PathOf(CommandResult command)
    {
        List<string> names = [];
        for (SymbolResult? result = command; result is CommandResult { Command: var verb }; result = result.Parent)
            names.Insert(0, verb is RootCommand ? "jobctl" : verb.Name);
        return string.Join(' ', names);
    }

    private static IEnumerable<Command> Verbs() =>
    [
        Login.Build(), WhoAmI.Build(),
        .. JobVerb.All.Select(verb => verb.Build()),
        List.Build(), Show.Build(), Open.Build(), History.Build(), Watch.Build(), Request.Build(), Why.Build(), Retry.Build(),
        Rules.Build(), RaceVerb.Build(), Backup.Build(), Restore.Build(), Topics.Build(), DeadLetters.Build(), Verify.Build(), Views.Build(), Stats.Build(),
        Completion.Build(),
    ];
}
