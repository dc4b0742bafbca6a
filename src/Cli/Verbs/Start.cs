namespace JobRequests.Cli.Verbs;

internal static class Start
{
    public static Command Build() => CommandVerb.Of("start", "Begin the work (the winner)", JobCommand.Start);
}
