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

/// <summary>The job's id, completed from the jobs used last.</summary>
internal static class JobArgument
{
    public static Argument<string> New()
    {
        var job = new Argument<string>("job") { Description = "The job's id", HelpName = "job" };
        job.CompletionSources.Add(_ => Memory.Load().RecentJobs.Select(id => new System.CommandLine.Completions.CompletionItem(id)));
        Required(job, "job");
        return job;
    }

    public static void Required(Argument<string> argument, string name) => argument.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value))
            result.AddError($"The {name}'s id is empty.");
    });
}
