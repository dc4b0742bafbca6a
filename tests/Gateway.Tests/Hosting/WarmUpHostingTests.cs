using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace JobRequests.Gateway.Tests.Hosting;

public sealed class WarmUpHostingTests
{
    [Fact]
    public async Task A_throw_away_host_stops_though_jobs_are_cut_off()
    {
        var part = new Part();
        var builder = WarmUpHosting.CreateThrowAwayBuilder();
        builder.Services.AddSingleton<IHostedService>(part);
        using var limit = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(() => WarmUpHosting.RunJobsAsync(builder.Build(), _ => limit.CancelAsync(), limit.Token));

        Assert.Equal(["start", "stop"], part.Seen);
    }

    private sealed class Part : IHostedService
    {
        public List<string> Seen { get; } = [];

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Seen.Add("start");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Seen.Add(cancellationToken.IsCancellationRequested ? "stop at once" : "stop");
            return Task.CompletedTask;
        }
    }
}
