using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>Two silos sweep, each its share of the jobs.</summary>
public sealed class SweeperTests
{
    private readonly ConcurrentQueue<(string Job, SiloAddress By)> _wakes = new();

    [Fact]
    public async Task One_silo_wakes_each_job_even_after_a_crash()
    {
        await using var cluster = await StartAsync(silos: 2);
        var shares = cluster.Cluster.Silos.Select(silo => (silo.SiloAddress, Share: silo.ServiceProvider.GetRequiredService<SweepShare>())).ToList();
        await EventuallyAsync(() => shares.Select(silo => silo.Share.Current()).Distinct().Count() == 2
            && shares.All(silo => silo.Share.Current() is { } slice && slice != JobSlice.All), "both silos have their share");
        var due = DateTimeOffset.UtcNow.AddSeconds(4);
        var jobs = await CreateAsync(cluster, 40, due);

        await ExpiredAsync(cluster, jobs);

        Assert.All(jobs,
            job => Assert.Equal(
                shares.Single(silo => silo.Share.Current()!.Value.Contains(job)).SiloAddress, Assert.Single(_wakes, wake => wake.Job == job).By));
        Assert.Equal(2, _wakes.Select(wake => wake.By).Distinct().Count());

        // Half of them belong to the silo that dies before they are due.
        due = DateTimeOffset.UtcNow.AddSeconds(4);
        var later = await CreateAsync(cluster, 40, due);
        var (dead, left) = (shares[1], shares[0]);
        Assert.Contains(later, job => dead.Share.Current()!.Value.Contains(job));
        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1]);

        await ExpiredAsync(cluster, later);

        Assert.Equal(JobSlice.All, left.Share.Current());
        Assert.All(later, job => Assert.All(_wakes.Where(wake => wake.Job == job), wake => Assert.Equal(left.SiloAddress, wake.By)));
    }

    [Fact]
    public async Task Waves_come_in_order_though_a_silo_dies_between_them()
    {
        await using var cluster = await StartAsync(silos: 2);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var create = Jobs.Create(null, "ann", "bob", "cid", "dee", "eva", "fay");
            var command = (Domain.JobRequestCommand.Create)create.Command with { Waves = [new(2, 2), new(2, 4)] };
            Assert.IsType<Abstractions.JobRequestReply.Succeeded>(await cluster.ExecuteAsync(create with { Command = command }));
            return create.JobRequestId;
        }));
        await EventuallyAsync(() => jobs.All(job => Candidates(job) >= 4), "the second wave");

        await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1]);
        await EventuallyAsync(() => jobs.All(job => Candidates(job) == 6), "the third wave");

        Assert.All(jobs, job =>
        {
            var events = cluster.Storage.Document(job).Events;
            Assert.Equal(["JobRequested", "OfferWidened", "OfferWidened"], events.Select(stored => stored.Type));
            Assert.True(events[1].At - events[0].At >= TimeSpan.FromSeconds(2) && events[2].At - events[1].At >= TimeSpan.FromSeconds(4), "A wave came early.");
        });

        int Candidates(string job) => cluster.Storage.Document(job).State.Candidates.Count;
    }

    [Fact]
    public async Task A_job_expires_in_time_though_another_job_hangs()
    {
        await using var cluster = await StartAsync(silos: 1);
        var released = new TaskCompletionSource();
        var stuck = (await CreateAsync(cluster, 1, DateTimeOffset.UtcNow.AddSeconds(1)))[0];
        var hangs = new TaskCompletionSource();
        cluster.Storage.BeforeWrite = async id =>
        {
            if (id != stuck) return;
            hangs.TrySetResult();
            await released.Task;
        };
        await hangs.Task.WaitAsync(JobCluster.WaitLimit);

        // The sweep that has found the first one does not wait for it.
        var jobs = await CreateAsync(cluster, 20, DateTimeOffset.UtcNow.AddSeconds(1));
        await ExpiredAsync(cluster, jobs);

        Assert.Equal("Open", cluster.Storage.Document(stuck).State.Status);
        released.SetResult();
        await ExpiredAsync(cluster, [stuck]);
        Assert.Single(_wakes, wake => wake.Job == stuck);
    }

    [Fact]
    public async Task A_deadline_passed_during_downtime_is_met_after_the_start()
    {
        var before = new Workbench();
        before.Clock.AdjustTime(DateTimeOffset.UtcNow.AddHours(-1));
        before.Create(expiresAt: before.Now.AddMinutes(1));
        var storage = new SharedStorage();
        storage[Workbench.JobId].Json = before.Stored.Json;

        await using var cluster = await StartAsync(silos: 1, storage);

        await ExpiredAsync(cluster, [Workbench.JobId]);
        Assert.Single(_wakes, wake => wake.Job == Workbench.JobId);
    }

    private Task<JobCluster> StartAsync(short silos, SharedStorage? storage = null) => JobCluster.StartAsync(silos, storage, configure: silo =>
    {
        silo.Services.AddSingleton<IOutgoingGrainCallFilter>(provider => new Observer(provider.GetRequiredService<ILocalSiloDetails>().SiloAddress, _wakes));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(1);
            membership.NumMissedProbesLimit = 3;
            membership.NumVotesForDeathDeclaration = 1;
        });
    });

    // Whole milliseconds, as the API takes them and the index keeps them.
    private static async Task<List<string>> CreateAsync(JobCluster cluster, int count, DateTimeOffset due) =>
        [.. await Task.WhenAll(Enumerable.Range(0, count)
            .Select(_ => cluster.CreateJobAsync(DateTimeOffset.FromUnixTimeMilliseconds(due.ToUnixTimeMilliseconds()))))];

    private static Task ExpiredAsync(JobCluster cluster, IReadOnlyCollection<string> jobs) =>
        EventuallyAsync(() => jobs.All(job => cluster.Storage.Document(job).State.Status == "Expired"), $"{jobs.Count} jobs expire");

    private static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        using var waitLimit = new CancellationTokenSource(JobCluster.WaitLimit);
        while (!condition())
        {
            if (waitLimit.IsCancellationRequested) throw new TimeoutException($"Waited {JobCluster.WaitLimit} until {what}.");
            await Task.Delay(20);
        }
    }

    private sealed class Observer(SiloAddress silo, ConcurrentQueue<(string Job, SiloAddress By)> wakes) : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.MethodName == nameof(Abstractions.IJobRequestGrain.Advance)) wakes.Enqueue((context.TargetId.Key.ToString()!, silo));
            return context.Invoke();
        }
    }
}
