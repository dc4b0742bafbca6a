using System.Reflection;
using System.Text.RegularExpressions;
using JobRequests.ServiceDefaults;
using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>The page that messages send people to.</summary>
internal static class OperationsDocument
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "operations.md"));

    public static HashSet<string> Anchors { get; } =
    [
        .. Lines.Where(static line => line.StartsWith('#'))
            .Select(static line =>
                new string([.. line.TrimStart('#')
                    .Trim()
                    .ToLowerInvariant()
                    .Replace(' ', '-')
                    .Where(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')])),
    ];

    public static void AssertHas(string address) => Assert.Contains(address.Split('#')[^1], Anchors);
}

public sealed class DocsTests
{
    private static readonly string[] NotUsed = ["R3", "R13", "R15"];

    [Fact]
    public void Every_page_that_a_message_names_exists()
    {
        var named = typeof(Docs).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!).ToList();
        Assert.True(named.Count >= 8);
        Assert.All(named, OperationsDocument.AssertHas);
    }

    [Fact]
    public void Every_rule_that_is_cited_is_defined()
    {
        var rules = Cited("guarantees.md", @"(?<=^\| )R\d+(?= \|)");
        var invariants = Cited("verify.md", @"(?<=^\| )I\d+(?= \|)");
        var files = new[]
            { "docs", "src", "tests" }.SelectMany(
                static folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Where(static file => Path.GetExtension(file) is ".cs" or ".md"
                && !file.Contains("/obj/", StringComparison.Ordinal)
                && !file.Contains("/node_modules/", StringComparison.Ordinal));

        Assert.Equal((18, 18), (rules.Count, invariants.Count));
        foreach (var file in files)
            Assert.Subset(new HashSet<string>([.. rules, .. invariants, .. NotUsed]), Cited(file, @"\b[RI][1-9]\d?\b"));
    }

    [Fact]
    public void Every_test_that_a_page_names_exists_and_is_short()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).ToList();
        var tests = files.SelectMany(static file => Cited(file, @"(?<=^    public .*\b(Task|void) )[A-Z][a-z0-9]*_\w+(?=\()")).ToHashSet();

        Assert.True(tests.Count > 1_000);
        Assert.All(tests, static test => Assert.InRange(test.Split('_').Length, 2, 10));
        Assert.Subset(tests, Cited("guarantees.md", @"(?<=`)[A-Z][a-z0-9]*_[\w]+(?=`)"));
        Assert.Subset(files.Select(Path.GetFileNameWithoutExtension).ToHashSet()!, Cited("guarantees.md", @"(?<=`)\w+Tests(?=`)"));
    }

    [Fact]
    public void Every_metric_that_is_named_exists()
    {
        var source = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        var named = new[] { "docs/operations.md", "src/Streaming.Kafka/README.md", "src/Persistence.MongoDB/README.md" }
            .SelectMany(static page => Cited(Path.Combine("..", page), @"(?<=`)(jobs|jobrequests|messaging|mongodb)\.[a-z_.-]+(?=`)")).ToHashSet();
        named.ExceptWith(["jobs.db", "jobs.db-wal", "jobs.db-shm", "jobs.db.lock"]);

        Assert.True(named.Count >= 20);
        Assert.All(named, metric => Assert.Contains($"\"{metric}\"", source));
    }

    private static HashSet<string> Cited(string file, string pattern) =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", file)), pattern, RegexOptions.Multiline).Select(static match => match.Value)];
}
