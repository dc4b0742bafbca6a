using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace JobRequests.Cli;

/// <summary>The usual help of a verb, followed by examples; for jobctl itself its verbs by what they are for.</summary>
internal sealed class HelpText(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly (string Title, string[] Verbs)[] Groups =
    [
        ("Offer and answer", ["create", "accept", "confirm", "decline", "withdraw", "start", "task", "finish"]),
        ("Dispatch", ["cancel", "amend", "assign", "release"]),
        ("Look", ["list", "show", "open", "history", "watch", "stats", "rules"]),
        ("Requests and their answers", ["request", "why", "retry"]),
        ("Operate", ["verify", "dead-letters", "topics", "views", "backup", "restore", "race"]),
        ("You and your shell", ["login", "whoami", "completion"]),
    ];

    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["create"] =
        [
            "create ann bob --title \"Night shift\" --task windows --expires 2h", "create ann bob cid dee --wave 2/20s --confirm 60s",
            "create --file jobs.csv",
        ],
        ["accept"] = ["accept 5f0c6a52", "accept 5f0c6a52 --standby"],
        ["amend"] = ["amend 5f0c6a52 --title \"All windows\" --add eve"],
        ["release"] = ["release 5f0c6a52 --reason ill"],
        ["list"] = ["list --standing ToAnswer", "list --mine --status Open --json --fields jobRequestId,title"],
        ["watch"] = ["watch", "watch 5f0c6a52 --json"],
        ["why"] = ["why 01a22f3d0c677d81847b2ad75b6816b6"],
        ["retry"] = ["retry", "retry 01a22f3d0c677d81847b2ad75b6816b6"],
        ["login"] = ["login --as ann", "login < token.txt"],
        ["completion"] = ["completion bash"],
    };

    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpText((HelpAction)help.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is RootCommand root)
        {
            WriteVerbs(root, output);
            return ExitCode.Success;
        }

        var code = usual.Invoke(parseResult);
        if (!Examples.TryGetValue(CommandLine.PathOf(parseResult.CommandResult)["jobctl ".Length..], out var examples)) return code;
        output.WriteLine("Examples:");
        foreach (var example in examples) output.WriteLine($"  jobctl {example}");
        return code;
    }

    private static void WriteVerbs(RootCommand root, TextWriter output)
    {
        output.WriteLine(root.Description);
        foreach (var (title, verbs) in Groups)
        {
            output.WriteLine($"\n{title}:");
            foreach (var name in verbs)
                output.WriteLine($"  {name,-13} {root.Subcommands.Single(verb => verb.Name == name).Description?.Split('\n')[0]}");
        }

        output.WriteLine("\nOptions of every verb:");
        foreach (var option in root.Options)
            output.WriteLine($"  {option.Name + (option.HelpName is { } value ? $" <{value}>" : ""),-17} {option.Description}");
        output.WriteLine("\n`jobctl VERB --help` has a verb's own options and examples.");
    }
}
