namespace JobRequests.Cli.Verbs;

internal static class Withdraw
{
    public static Command Build() => CommandVerb.Of("withdraw", "Hand back an accepted job so others can accept it", JobCommand.Withdraw);
}
