using System.CommandLine;
using JobRequests.Cli.Sending;
using JobRequests.Client;

namespace JobRequests.Cli.Verbs;

internal static class Accept
{
    public static Command Build() => CommandVerb.Of("accept", "Take the job, if nobody else has it", JobCommand.Accept);
}
