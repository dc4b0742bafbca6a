using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>The mistakes that <c>eng/planted-bugs/run</c> plants.</summary>
public sealed class PlantedBugsTests
{
    public static TheoryData<string> Patches =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "eng", "planted-bugs"), "*.patch").Select(file => Path.GetFileName(file)!).Order()];

    [Theory]
    [MemberData(nameof(Patches))]
    public async Task A_patch_applies_and_names_a_test_that_exists(string name)
    {
        var patch = Path.Combine(Repository.Root, "eng", "planted-bugs", name);

        var (exitCode, output, error) = await ChildProcess.RunAsync("git", ["-C", Repository.Root, "apply", "--check", patch]);

        Assert.True(exitCode == 0, output + error);
        var foundBy = File.ReadLines(patch).Single(line => line.StartsWith("Found by: ", StringComparison.Ordinal)).Split(' ');
        var (project, test) = (Path.Combine(Repository.Root, "tests", foundBy[2]), foundBy[3].Split('.', '*')[^1]);
        Assert.Contains(Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories), file => File.ReadAllText(file)
            .Contains($" {test}(", StringComparison.Ordinal));
    }
}
