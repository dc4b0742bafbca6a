using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;

namespace JobRequests.Cluster.Tests;

/// <summary>Silos and gateways that die, pause and are replaced, under load.</summary>
[Collection(OneCluster.Name)]
public sealed class ProcessFaultTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task A_killed_silos_partitions_are_taken_over_without_loss()
    {
        await using var run = await FaultRun.StartAsync(_cluster);

        await _cluster.KillAsync("silo", 1);
        await run.EveryPartitionAnswersWithinAsync(TimeSpan.FromSeconds(15));
        await _cluster.StartAsync("silo", 1);

        await run.FinishAsync();
    }

    [Fact]
    public async Task New_silos_continue_after_all_were_killed()
    {
        await using var run = await FaultRun.StartAsync(_cluster);

        await Task.WhenAll(_cluster.KillAsync("silo", 1), _cluster.KillAsync("silo", 2));
        await run.CalledAsync(50);
        await Task.WhenAll(_cluster.StartAsync("silo", 1), _cluster.StartAsync("silo", 2));

        await run.FinishAsync();
    }

    [Fact]
    public async Task A_killed_gateways_callers_find_their_answers_elsewhere()
    {
        await using var run = await FaultRun.StartAsync(_cluster);

        await _cluster.KillAsync("gateway", 1);
        await run.AnsweredAsync(200);
        using (var other = run.Caller.MovedTo(_cluster.Gateways[1])) await run.Crowd.AnswerTheRestAsync(other);
        await _cluster.StartAsync("gateway", 1);

        Assert.Contains(run.Caller.Calls, call => call.End is null);
        await run.FinishAsync();
    }

    [Fact]
    public async Task A_rolling_restart_of_silos_fails_no_request()
    {
        await using var run = await FaultRun.StartAsync(_cluster);
        var since = RecordingCaller.Now();

        foreach (var silo in new[] { 1, 2 })
        {
            await _cluster.StopAsync("silo", silo);
            await run.AnsweredAsync(50);
            await _cluster.StartAsync("silo", silo);
            await run.AnsweredAsync(50);
        }

        var failed = run.Caller.Calls.Where(call => call.Start >= since && call is { End: null } or { Status: 503 })
            .Select(call => $"{call.Status} {call.Code} to {call.Op}")
            .Distinct();
        var refusals = await Task.WhenAll(_cluster.Gateways.Select(async gateway =>
        {
            using var caller = new RecordingCaller(gateway);
            return (await caller.GetAsync("/v1/admin/status", "admin")).GetRawText();
        }));
        Assert.True(!failed.Any(), $"{string.Join(", ", failed)}\n{string.Join('\n', refusals)}");
        await run.FinishAsync();
    }

    [Fact]
    public async Task A_stopped_gateway_first_answers_its_callers()
    {
        using var caller = new RecordingCaller(_cluster.Gateways[0]);
        var crowd = new Crowd(seed: Environment.TickCount & 0xFFFF, callers: 8);
        var load = crowd.RunAsync(caller, CancellationToken.None);
        await Aftermath.UntilAsync(() => caller.Calls.Count, count => count >= 100, "the load runs");

        await _cluster.StopAsync("gateway", 1);
        await load;

        // Who was refused a connection was not answered, and never asked: their calls have no status. Who was taken got an answer.
        Assert.DoesNotContain(caller.Calls, call => call.Status is 500 or 502);
        await _cluster.StartAsync("gateway", 1);
        using var again = caller.MovedTo(_cluster.Gateways);
        await crowd.AnswerTheRestAsync(again);
        await Aftermath.CheckAsync(_cluster, crowd, again);
    }
}
