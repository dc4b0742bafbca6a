namespace JobRequests.Cli.Sending;

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
