namespace JobRequests.Cli.Verbs;

internal static class Accept
{
    public static Command Build() => CommandVerb.Of("accept", "Accept a job (fails if someone else has it)", JobCommand.Accept);
}
