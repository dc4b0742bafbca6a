using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit.Sdk;

namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>The suite against Orleans' own memory storage: it shows which parts of the contract other providers break.</summary>
public sealed class MemoryGrainStorageConformanceTests(MemoryGrainStorageConformanceTests.Cluster cluster)
    : GrainStorageConformance, IClassFixture<MemoryGrainStorageConformanceTests.Cluster>
{
    protected override IGrainStorage Storage => cluster.Storage;

    // Orleans' memory storage takes "*" for "any". The base test fails here; should it ever pass, this override can go.
    public override Task An_asterisk_is_no_wildcard_ETag() => AssertBrokenAsync(base.An_asterisk_is_no_wildcard_ETag);

    // It forgets everything when its silo crashes, so it accepts any ETag for a key that it has never seen.
    public override Task A_write_with_ETag_over_no_record_is_refused() =>
        AssertBrokenAsync(base.A_write_with_ETag_over_no_record_is_refused);

    // It names neither record nor ETag.
    public override Task A_refusal_names_the_record_and_the_ETag() => Assert.ThrowsAsync<AllException>(base.A_refusal_names_the_record_and_the_ETag);

    private static Task AssertBrokenAsync(Func<Task> test) => Assert.ThrowsAsync<ThrowsException>(test);

    public sealed class Cluster : IAsyncLifetime
    {
        private readonly InProcessTestCluster _cluster;

        public Cluster()
        {
            var builder = new InProcessTestClusterBuilder(1);
            builder.ConfigureSilo((_, silo) => silo.UseSystemTextJsonGrainStorageSerializer().AddMemoryGrainStorage("memory"));
            _cluster = builder.Build();
        }

        public IGrainStorage Storage { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await _cluster.DeployAsync();
            Storage = _cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>("memory");
        }

        public ValueTask DisposeAsync() => _cluster.DisposeAsync();
    }
}
