using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Hosting;
using JobRequests.Gateway.Limits;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Tests.Hosting;

public sealed class ClusterConnectionTests
{
    private readonly ClusterConnection _connection = new(
        new SiloChanges(Options.Create(new AdmissionOptions()), TimeProvider.System), NullLogger<ClusterConnection>.Instance);

    [Fact]
    public void The_connection_is_down_until_the_cluster_answers()
    {
        Assert.False(_connection.IsUp);
        Assert.True(_connection.Lost.IsCompleted);

        Assert.True(_connection.TryRise(_connection.Losses));

        Assert.True(_connection.IsUp);
        Assert.False(_connection.Lost.IsCompleted);
    }

    [Fact]
    public void A_loss_takes_it_down_and_wakes_who_asks_again()
    {
        _connection.TryRise(_connection.Losses);
        var lost = _connection.Lost;

        _connection.NotifyClusterConnectionLost();

        Assert.False(_connection.IsUp);
        Assert.True(lost.IsCompletedSuccessfully);
    }

    [Fact]
    public void An_answer_from_before_a_loss_says_nothing()
    {
        var before = _connection.Losses;
        _connection.NotifyClusterConnectionLost();

        Assert.False(_connection.TryRise(before));
        Assert.False(_connection.IsUp);
    }
}
