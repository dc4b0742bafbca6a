using System.CommandLine;

namespace JobRequests.Cli.Verbs;

internal static class Views
{
    public static Command Build() => new("views", "Check the read views, and make them anew") { ViewsCheck.Build(), ViewsRebuild.Build() };
}
