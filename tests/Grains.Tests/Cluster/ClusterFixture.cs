namespace JobRequests.Grains.Tests.Cluster;

/// <summary>One silo with one queue for all jobs, shared by the tests of a class.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    internal JobCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await JobCluster.StartAsync(queues: 1, settings: ("Jobs:OutboxSweepAge", "00:00:02"));

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
