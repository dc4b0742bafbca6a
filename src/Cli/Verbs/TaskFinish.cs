namespace JobRequests.Cli.Verbs;

internal static class TaskFinish
{
    public static Command Build()
    {
        var job = JobArgument.New();
        var task = new Argument<string>("task") { Description = "The task's id" };
        JobArgument.Required(task, "task");
        var finish = new Command("finish", "Finish one task of the job (the winner)") { job, task };
        JobVerb.Sending(finish, parsed => JobCommand.FinishTask(parsed.GetRequiredValue(job), parsed.GetRequiredValue(task)));
        return new Command("task", "The tasks of a job") { finish };
    }
}
