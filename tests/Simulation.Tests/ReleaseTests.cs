#if !PLANTED_BUGS
using System.Text;

namespace JobRequests.Simulation.Tests;

public sealed class ReleaseTests
{
    [Fact]
    public void No_assembly_of_the_product_has_a_trace_of_planted_bugs()
    {
        var assemblies = Directory.GetFiles(AppContext.BaseDirectory, "JobRequests.*.dll").Where(file => !file.EndsWith(".Tests.dll", StringComparison.Ordinal)).ToList();
        string[] withBugs = ["Domain", "Gateway", "Grains", "Grains.Abstractions", "Persistence.MongoDB", "Streaming.Kafka"];
        Assert.Superset(withBugs.Select(name => $"JobRequests.{name}.dll").ToHashSet(), assemblies.Select(file => Path.GetFileName(file)).ToHashSet());
        foreach (var file in assemblies)
        {
            var bytes = File.ReadAllBytes(file).AsSpan();
            // Names of types and members, and text in code.
            Assert.True(bytes.IndexOf("PlantedBug"u8) < 0, file);
            Assert.True(bytes.IndexOf(Encoding.Unicode.GetBytes("JOBREQUESTS_PLANTED_BUG")) < 0, file);
        }
    }
}
#endif
