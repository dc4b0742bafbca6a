using System.Reflection;
using JobRequests.ServiceDefaults;
using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>The page that messages send people to.</summary>
internal static class OperationsDocument
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "operations.md"));

    public static HashSet<string> Anchors { get; } =
    [
        .. Lines.Where(static line => line.StartsWith('#')).Select(static line => new string([.. line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-').Where(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')])),
    ];

    public static void AssertHas(string address) => Assert.Contains(address.Split('#')[^1], Anchors);
}

public sealed class DocsTests
{
    [Fact]
    public void Every_page_that_a_message_names_exists()
    {
        var named = typeof(Docs).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!).ToList();
        Assert.True(named.Count >= 8);
        Assert.All(named, OperationsDocument.AssertHas);
    }
}
