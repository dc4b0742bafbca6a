namespace JobRequests.Cli.Verbs;

internal static class Views
{
    public static Command Build() => new("views", "Check or rebuild the read views") { ViewsCheck.Build(), ViewsRebuild.Build() };
}
