namespace JobRequests.Cli.Verbs;

internal static class Amend
{
    public static Command Build()
    {
        var job = JobArgument.New();
        var add = new Option<string[]>("--add") { Description = "Who may answer too: --add ann,bob", HelpName = "NAMES" };
        var remove = new Option<string[]>("--remove") { Description = "What the job has no more, such as instructions; may be repeated", HelpName = "MEMBER" };
        var content = new ContentOptions();
        var verb = new Command("amend", "Change what a job says, or ask more people (the requester, administrators)") { job, add, remove };
        content.AddTo(verb);
        return JobVerb.Sending(verb, parsed => JobCommand.Amend(parsed.GetRequiredValue(job), (JobChanges)content.Fill(parsed, new JobChanges
        {
            AddCandidates = parsed.GetValue(add) is { Length: > 0 } names ? Create.Names(names) : null,
            Remove = parsed.GetValue(remove) ?? [],
        })));
    }
}
