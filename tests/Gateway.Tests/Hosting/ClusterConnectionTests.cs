using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Hosting;
using JobRequests.Gateway.Limits;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Tests.Hosting;

public sealed class ClusterConnectionTests
{
    private readonly ClusterConnection connection = new(
        new SiloChanges(Options.Create(new AdmissionOptions()), TimeProvider.System), NullLogger<ClusterConnection>.Instance);

    [Fact]
    public void It_is_down_until_the_cluster_has_answered()
    {
        Assert.False(connection.IsUp);
        Assert.True(connection.Lost.IsCompleted);

        Assert.True(connection.TryRise(connection.Losses));

        Assert.True(connection.IsUp);
        Assert.False(connection.Lost.IsCompleted);
    }

    [Fact]
    public void A_loss_takes_it_down_and_wakes_who_asks_again()
    {
        connection.TryRise(connection.Losses);
        var lost = connection.Lost;

        connection.NotifyClusterConnectionLost();

        Assert.False(connection.IsUp);
        Assert.True(lost.IsCompletedSuccessfully);
    }

    [Fact]
    public void An_answer_from_before_a_loss_says_nothing()
    {
        var before = connection.Losses;
        connection.NotifyClusterConnectionLost();

        Assert.False(connection.TryRise(before));
        Assert.False(connection.IsUp);
    }
}
