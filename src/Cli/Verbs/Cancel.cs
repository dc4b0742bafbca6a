namespace JobRequests.Cli.Verbs;

internal static class Cancel
{
    public static Command Build() => CommandVerb.Of("cancel", "Call the job off (the requester)", JobCommand.Cancel);
}
