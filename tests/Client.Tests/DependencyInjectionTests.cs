using System.Text.Json.Nodes;
using JobRequests.Testing.Stub;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Client.Tests;

public sealed class DependencyInjectionTests
{
    private static ServiceProvider Services(StubGateway gateway) => new ServiceCollection()
        .AddJobRequestsClient(options =>
        {
            options.BaseAddress = gateway.Address;
            options.FirstPause = TimeSpan.FromMilliseconds(1);
        })
        .Services.BuildServiceProvider();

    [Fact]
    public async Task Reads_are_retried_by_the_handler()
    {
        var job = (JsonObject)Answer.SuccessBody()["job"]!.DeepClone();
        await using var gateway = await StubGateway.StartAsync(Answer.Overloaded(retryAfter: 0), Answer.Drop(), Answer.Json(200, job));
        await using var services = Services(gateway);

        Assert.Equal("j1", (await services.GetRequiredService<JobRequestsClient>().GetJobAsync("j1")).JobRequestId);
        Assert.Equal(3, gateway.Seen.Count);
    }

    [Fact]
    public async Task Commands_are_left_to_the_client()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Overloaded(retryAfter: 60));
        await using var services = Services(gateway);

        // A retry by the handler would wait out the minute that the client sees to be beyond its wait.
        var result = await services.GetRequiredService<JobRequestsClient>().AcceptAsync("j1", new CommandOptions { Wait = TimeSpan.FromSeconds(5) });

        Assert.IsType<CommandResult.NotEnqueued>(result);
        Assert.Single(gateway.Seen);
    }

    [Fact]
    public async Task Clients_share_the_registered_store()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Timeout());
        await using var services = Services(gateway);

        await services.GetRequiredService<JobRequestsClient>().AcceptAsync("j1", new CommandOptions { Wait = TimeSpan.Zero });

        Assert.Single(await services.GetRequiredService<IPendingRequestStore>().ListAsync());
    }
}
