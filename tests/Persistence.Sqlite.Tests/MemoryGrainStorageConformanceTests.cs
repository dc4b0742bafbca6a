using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>The suite against Orleans' own memory storage: it shows which parts of the contract other providers break.</summary>
public sealed class MemoryGrainStorageConformanceTests(MemoryGrainStorageConformanceTests.Cluster cluster)
    : GrainStorageConformance, IClassFixture<MemoryGrainStorageConformanceTests.Cluster>
{
    protected override IGrainStorage Storage => cluster.Storage;

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
