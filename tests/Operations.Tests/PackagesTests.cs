using System.Xml.Linq;
using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>What is packed, and what images are built on.</summary>
public sealed class PackagesTests
{
    [Theory]
    [InlineData("Silo")]
    [InlineData("Gateway")]
    public void The_base_image_has_the_patch_of_the_packages(string project)
    {
        var packages = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants()
            .Single(static element => element.Name.LocalName == "AspNetVersion").Value;
        var image = File.ReadAllLines(Path.Combine(Repository.Root, "src", project, "Dockerfile"))
            .Single(static line => line.Contains("dotnet/aspnet:", StringComparison.Ordinal));

        Assert.Contains($"dotnet/aspnet:{packages}-", image, StringComparison.Ordinal);
    }

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
