using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;

namespace JobRequests.Domain.Tests;

/// <summary>
/// The domain is rules alone: the base class library, and of that nothing that does input or output, waits, or differs from
/// one call to the next.
/// </summary>
public sealed class DependencyTests
{
    private static readonly Assembly Domain = typeof(JobRequest).Assembly;

    [Fact]
    public void The_domain_references_only_the_base_class_library()
    {
        var baseClassLibrary = Path.GetDirectoryName(typeof(object).Assembly.Location);

        Assert.NotEmpty(Domain.GetReferencedAssemblies());
        // Where it is loaded from tells: a package may be called System.CommandLine.
        Assert.All(Domain.GetReferencedAssemblies(), name => Assert.Equal(baseClassLibrary, Path.GetDirectoryName(Assembly.Load(name).Location)));
    }

    [Fact]
    public void The_domain_neither_waits_nor_does_input_or_output() => Assert.DoesNotContain(
        Domain.GetReferencedAssemblies().Select(name => name.Name!),
        name => name.StartsWith("System.Threading", StringComparison.Ordinal) || name.StartsWith("System.IO", StringComparison.Ordinal)
            || name.StartsWith("System.Net", StringComparison.Ordinal) || name is "System.Console" or "System.Diagnostics.Process");

    [Fact]
    public void The_domain_asks_no_clock_no_chance_and_no_machine()
    {
        string[] forbidden =
        [
            "DateTimeOffset.get_Now", "DateTimeOffset.get_UtcNow", "DateTime.get_Now", "DateTime.get_UtcNow", "DateTime.get_Today", "Guid.NewGuid",
            "Guid.CreateVersion7",
        ];
        string[] forbiddenTypes = ["TimeProvider", "Random", "RandomNumberGenerator", "Environment", "Task", "ValueTask", "Thread", "File", "Stopwatch"];
        var used = MembersUsedBy(Domain);

        Assert.Contains(("Guid", "TryParseExact"), used);
        Assert.DoesNotContain(used, member => forbidden.Contains($"{member.Type}.{member.Name}") || forbiddenTypes.Contains(member.Type));
    }

    [Fact]
    public void The_project_file_names_no_package_and_no_project()
    {
        var project = XDocument.Load(Path.Combine(RepositoryRoot(), "src", "Domain", "Domain.csproj"));

        Assert.DoesNotContain(project.Descendants(), element =>
            element.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference" or "Reference" or "Import");
    }

    /// <summary>The build's own list also holds what a file imported by every project would add.</summary>
    [Fact]
    public void The_build_resolves_no_dependency_of_the_domain()
    {
        using var resolved = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(typeof(DependencyTests).Assembly.Location, ".deps.json")));
        var libraries = resolved.RootElement.GetProperty("targets").EnumerateObject().Single().Value;
        var domain = Assert.Single(libraries.EnumerateObject(), library => library.Name.StartsWith(Domain.GetName().Name + "/", StringComparison.Ordinal));

        Assert.False(domain.Value.TryGetProperty("dependencies", out var dependencies), dependencies.ToString());
    }

    private static HashSet<(string Type, string Name)> MembersUsedBy(Assembly assembly)
    {
        using var file = File.OpenRead(assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return
        [
            .. from handle in metadata.MemberReferences
               let member = metadata.GetMemberReference(handle)
               where member.Parent.Kind == HandleKind.TypeReference
               let type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent)
               select (metadata.GetString(type.Name), metadata.GetString(member.Name)),
        ];
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "JobRequests.slnx")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds JobRequests.slnx.");
    }
}
