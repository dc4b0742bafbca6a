using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>The time of day is set ahead and back while a silo runs.</summary>
public sealed class SteppedClockTests
{
    [Fact]
    public async Task A_crash_with_a_fast_clock_loses_no_event()
    {
        var lost = new Workbench();
        lost.Clock.AdjustTime(DateTimeOffset.UtcNow.AddHours(1));
        lost.Publisher.IsDown = true;
        lost.Create();
        var storage = new SharedStorage();
        storage[Workbench.JobId].Json = lost.Stored.Json;

        await using var cluster = await JobCluster.StartAsync(storage: storage);

        var deadline = DateTime.UtcNow + JobCluster.WaitLimit;
        while (cluster.Views[Workbench.JobId] is not { Version: 1 })
        {
            Assert.True(DateTime.UtcNow < deadline, "The event was not published.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Jobs_are_created_and_decided_after_the_clock_was_set()
    {
        var clock = new Ahead();
        await using var cluster = await JobCluster.StartAsync(configure: silo => silo.Services.AddSingleton<TimeProvider>(clock));
        var job = await cluster.CreateJobAsync();

        foreach (var step in (TimeSpan[])[TimeSpan.FromHours(-1), TimeSpan.FromHours(1), TimeSpan.Zero])
        {
            clock.By = step;
            // The job is no longer in memory: it is activated again.
            await cluster.DeactivateAsync(job);
            Assert.IsType<JobRequestReply.Succeeded>(await cluster.ExecuteAsync(Jobs.Create() with { NotAfter = clock.GetUtcNow().AddMinutes(1) }));
        }

        Assert.IsType<JobRequestReply.Succeeded>(await cluster.ExecuteAsync(Jobs.Accept(job, "ann")));
    }
}
