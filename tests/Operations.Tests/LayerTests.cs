using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using JobRequests.Testing;

namespace JobRequests.Operations.Tests;

/// <summary>What the built assemblies refer to, and what lies beside them.</summary>
public sealed class LayerTests
{
    [Theory]
    [InlineData("Verification")]
    [InlineData("Documents")]
    public void The_checks_refer_to_no_part_of_a_silo(string project)
    {
        var (assemblies, _) = ReferencesOf(Repository.OutputOf("Cli", $"JobRequests.{project}.dll"));

        Assert.Contains("JobRequests.Domain", assemblies);
        Assert.DoesNotContain(assemblies, static name => name is "Orleans.Runtime" or "Orleans.Streaming" or "JobRequests.Grains" or "JobRequests.Silo");
    }

    /// <summary>What is not in its folder jobctl cannot load, whatever it does.</summary>
    [Fact]
    public void Jobctl_ships_without_the_runtime_of_silos()
    {
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(Repository.OutputOf("Cli", "jobctl.dll"))!, "*.dll").Select(Path.GetFileName).ToList();

        Assert.Contains("JobRequests.Verification.dll", files);
        Assert.DoesNotContain(files, static name => name is "Orleans.Runtime.dll" or "JobRequests.Grains.dll");
        Assert.DoesNotContain("Orleans.Runtime.dll", File.ReadAllText(Repository.OutputOf("Cli", "jobctl.deps.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_all_processes_share_knows_no_grain()
    {
        var (assemblies, types) = ReferencesOf(Repository.OutputOf("Gateway", "JobRequests.ServiceDefaults.dll"));

        Assert.DoesNotContain(assemblies, static name => name.StartsWith("JobRequests.", StringComparison.Ordinal));
        Assert.DoesNotContain(types, static name => name.StartsWith("IGrain", StringComparison.Ordinal));
    }

    private static (List<string> Assemblies, List<string> Types) ReferencesOf(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var metadata = image.GetMetadataReader();
        return (
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
            [.. metadata.TypeReferences.Select(handle => metadata.GetString(metadata.GetTypeReference(handle).Name))]);
    }
}
