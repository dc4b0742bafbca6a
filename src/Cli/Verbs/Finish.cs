namespace JobRequests.Cli.Verbs;

internal static class Finish
{
    public static Command Build() => CommandVerb.Of("finish", "Finish the job, when all its tasks are (the winner)", JobCommand.Finish);
}
