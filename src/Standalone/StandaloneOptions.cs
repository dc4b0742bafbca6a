using System.CommandLine;

namespace JobRequests.Standalone;

/// <summary>What the command line says.</summary>
/// <param name="DataFolder">Where everything is kept.</param>
/// <param name="Urls">Where to listen.</param>
/// <param name="Demo">Whether to play a race after the start.</param>
/// <param name="Rest">Settings for the configuration, such as <c>--Jobs:IdleAfter 00:10:00</c>.</param>
internal sealed record StandaloneOptions(string DataFolder, string? Urls, bool Demo, string[] Rest)
{
    public const string DataName = "--data";
    private const string UrlsName = "--urls";
    private const string DemoName = "--demo";

    public static IReadOnlyList<string> Names { get; } = [DataName, UrlsName, DemoName];

    /// <returns>Null when the command line was answered already: help, version or an error, with its exit code.</returns>
    public static StandaloneOptions? Parse(string[] args, out int exitCode)
    {
        var data = new Option<string>(DataName) { Description = "Data folder (created if missing).", DefaultValueFactory = _ => "./data" };
        var urls = new Option<string?>(UrlsName) { Description = "Addresses to listen on, separated by ';'. Default: http://127.0.0.1:8080" };
        var demo = new Option<bool>(DemoName) { Description = "Run a demo race of 50 candidates and print the winners." };
        var command = new RootCommand("JobRequests in one process: one job, many people, one winner.") { data, urls, demo };
        command.TreatUnmatchedTokensAsErrors = false;

        StandaloneOptions? options = null;
        command.SetAction(result =>
            options = new StandaloneOptions(result.GetRequiredValue(data), result.GetValue(urls), result.GetValue(demo), [.. result.UnmatchedTokens]));
        exitCode = command.Parse(args).Invoke();
        return options;
    }
}
