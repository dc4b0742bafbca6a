namespace JobRequests.Cli.Verbs;

internal static class Decline
{
    public static Command Build()
    {
        var job = JobArgument.New();
        var reason = new Option<string?>("--reason") { Description = "Why, at most 200 characters", HelpName = "TEXT" };
        var verb = new Command("decline", "Decline a job") { job, reason };
        return JobVerb.Sending(verb, parsed => JobCommand.Decline(parsed.GetRequiredValue(job), parsed.GetValue(reason)));
    }
}
