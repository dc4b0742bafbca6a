using System.Security.Cryptography;
using JobRequests.Testing.Backends;

namespace JobRequests.Cluster.Tests;

/// <summary>
/// The secret that signs is replaced as docs/security.md says, one process at a time, under load. With <c>JOBREQUESTS_LONG=1</c>: it restarts
/// eight processes.
/// </summary>
[Collection(OneCluster.Name)]
public sealed class SecretRotationTests
{
    [Fact]
    public async Task The_signing_secret_is_replaced_without_a_pause()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1", "Runs with JOBREQUESTS_LONG=1.");
        await using var cluster = await LocalCluster.StartAsync();
        await using var run = await FaultRun.StartAsync(cluster);

        cluster.Set("Records__Secrets__2", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        cluster.Set("Records__SignWith", "1");
        await RestartEachAsync(cluster, run);
        cluster.Set("Records__SignWith", null);
        await RestartEachAsync(cluster, run);

        // Nothing is in the dead-letter topic, every answer agrees, and verify accepts each signature.
        await run.FinishAsync();
    }

    private static async Task RestartEachAsync(LocalCluster cluster, FaultRun run)
    {
        foreach (var kind in new[] { "silo", "gateway" })
        {
            foreach (var number in new[] { 1, 2 })
            {
                await cluster.StopAsync(kind, number);
                await run.AnsweredAsync(20);
                await cluster.StartAsync(kind, number);
                await run.AnsweredAsync(20);
            }
        }
    }
}
