namespace JobRequests.Cli.Verbs;

internal static class Assign
{
    public static Command Build()
    {
        var job = JobArgument.New();
        var candidate = new Argument<string>("candidate") { Description = "Who gets it; need not have been asked" };
        var verb = new Command("assign", "Give an open job to somebody (the requester, administrators)") { job, candidate };
        return JobVerb.Sending(verb, parsed => JobCommand.Assign(parsed.GetRequiredValue(job), parsed.GetRequiredValue(candidate)));
    }
}
