namespace JobRequests.Cli.Sending;

/// <summary>The common form of the verbs that send a command about one job.</summary>
internal static class CommandVerb
{
    public static Command Of(string name, string description, Func<string, JobCommand> command)
    {
        var job = JobArgument.New();
        var verb = new Command(name, description) { job };
        return Sending(verb, parsed => command(parsed.GetRequiredValue(job)));
    }

    public static Command Sending(Command verb, Func<ParseResult, JobCommand> command)
    {
        SendOptions.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => CommandSender.SendAsync(Session.Of(parsed), command(parsed), SendOptions.Of(parsed), cancellationToken));
        return verb;
    }
}
