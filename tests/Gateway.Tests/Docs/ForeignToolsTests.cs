using JobRequests.Gateway.Tests.Product;
using JobRequests.Testing;

namespace JobRequests.Gateway.Tests.Docs;

/// <summary>What others make of the document: <c>tests/OpenApi</c>. Without Node.js it is skipped; in CI that is a failure.</summary>
public sealed class ForeignToolsTests(ProductHost product) : IClassFixture<ProductHost>
{
    [Fact]
    public async Task Linters_are_content_and_generated_clients_play_a_life()
    {
        if (!await IsThereAsync("node") || !await IsThereAsync("npm"))
        {
            const string Missing = "No Node.js is installed (apt-get install nodejs npm).";
            if (Environment.GetEnvironmentVariable("CI") is "true" or "1") Assert.Fail(Missing);
            Assert.Skip(Missing);
        }

        // The first run installs the tools.
        var check = Path.Combine(Repository.Root, "tests", "OpenApi", "check");
        var (exitCode, output, error) = await ChildProcess.RunAsync(
            "bash", [check, product.Client.BaseAddress!.ToString().TrimEnd('/')], limit: TimeSpan.FromMinutes(5));

        Assert.True(exitCode == 0, $"{check} ended with {exitCode}:\n{output}\n{error}");
    }

    private static async Task<bool> IsThereAsync(string program) => (await ChildProcess.RunAsync("bash", ["-c", $"command -v {program}"])).ExitCode == 0;
}
