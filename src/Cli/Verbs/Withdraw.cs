using System.CommandLine;
using JobRequests.Cli.Sending;
using JobRequests.Client;

namespace JobRequests.Cli.Verbs;

internal static class Withdraw
{
    public static Command Build() => CommandVerb.Of("withdraw", "Give an accepted job back; it is open for the others again", JobCommand.Withdraw);
}
