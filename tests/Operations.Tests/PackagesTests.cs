using System.Xml.Linq;
using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>What is packed, and what images are built on.</summary>
public sealed class PackagesTests
{
    [Fact]
    public void Every_project_with_a_package_id_is_packed()
    {
        var packages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(static file => XDocument.Load(file).Descendants().ToList())
            .Where(static project => project.Exists(static element => element.Name.LocalName == "PackageId")).ToList();

        Assert.True(packages.Count >= 2);
        Assert.All(packages, static project => Assert.Contains(project, static element => element.Name.LocalName == "IsPackable" && element.Value == "true"));
    }
}
