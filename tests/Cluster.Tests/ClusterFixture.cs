using System.Security.Cryptography;
using JobRequests.Testing.Backends;

namespace JobRequests.Cluster.Tests;

/// <summary>Two silos and two gateways, shared by tests that leave them as they found them.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    /// <summary>Of a program that writes commands by itself.</summary>
    internal static readonly byte[] ImporterSecret = RandomNumberGenerator.GetBytes(32);

    internal LocalCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Cluster = await LocalCluster.StartAsync(settings:
    [
        ("Records__Producers__importer__Secret", Convert.ToBase64String(ImporterSecret)),
        ("Records__Producers__importer__Callers__0", "*"),
    ]);

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null) await Cluster.DisposeAsync();
    }
}

/// <summary>One after the other: they take processes and servers down that the others need.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneCluster : ICollectionFixture<ClusterFixture>
{
    public const string Name = "one cluster";
}
