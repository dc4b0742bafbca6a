namespace JobRequests.Cli.Verbs;

internal static class Accept
{
    public static Command Build()
    {
        var job = JobArgument.New();
        var standby = new Option<bool>("--standby") { Description = "Wait in line where someone else has it" };
        var verb = new Command("accept", "Accept a job (fails if someone else has it)") { job, standby };
        return JobVerb.Sending(verb, parsed => JobCommand.Accept(parsed.GetRequiredValue(job), parsed.GetValue(standby)));
    }
}
