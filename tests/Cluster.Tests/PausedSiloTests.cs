using System.Diagnostics;
using JobRequests.Domain;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;

namespace JobRequests.Cluster.Tests;

/// <summary>A silo that sleeps with a write in its hands, while the others take its jobs over.</summary>
[Collection(OneCluster.Name)]
public sealed class PausedSiloTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_paused_silos_late_write_is_refused()
    {
        await using var cluster = await LocalCluster.StartWithOneBehindProxyAsync();
        await using var toxics = new Toxics();
        using var caller = new RecordingCaller(cluster.Gateways);

        // The first silo's writes are on their way and do not arrive; and it does not hear what becomes of it.
        var (jobs, held) = await HoldWritesAsync(caller, toxics);
        await toxics.HoldAsync("redis");
        await cluster.PauseAsync("silo", 1);
        var paused = Stopwatch.StartNew();

        // The second silo takes the partitions over, reads the same commands again and decides them.
        await Task.WhenAll(held.Select(accept => caller.SendUntilDecidedAsync(accept)));
        // The length of the pause is what is tried here.
        if (Pause - paused.Elapsed is { Ticks: > 0 } left) await Task.Delay(left);
        Assert.Equal(0, Refusals(await cluster.LogAsync("silo", 1)));

        await cluster.ResumeAsync("silo", 1);
        await toxics.ReleaseAsync("mongo");
        await Aftermath.UntilAsync(
            () => Refusals(cluster.LogAsync("silo", 1).GetAwaiter().GetResult()), static refusals => refusals > 0, "the paused silo's late write is refused");

        // It learns that the others have declared it dead, and ends.
        await toxics.HealAsync();
        await cluster.EndedAsync("silo", 1);
        foreach (var job in jobs)
        {
            var history = await caller.GetAsync($"/v1/job-requests/{job}/history", "zoe");
            Assert.Equal(["JobRequested", "JobAccepted"], history.GetProperty("events")
                .EnumerateArray()
                .Select(jobEvent => jobEvent.GetProperty("type").GetString()));
        }
    }

    /// <summary>Holds back the first silo's writes while people accept jobs. Where a job lives is up to Orleans: it is tried until that silo has
    /// some.</summary>
    private static async Task<(List<string> Jobs, List<Request> Held)> HoldWritesAsync(RecordingCaller caller, Toxics toxics)
    {
        var jobs = new List<string>();
        for (var round = 0; round < 10; round++)
        {
            var created = await CreateJobsAsync(caller, 24);
            jobs.AddRange(created);
            await toxics.HoldAsync("mongo");
            var accepts = created.ConvertAll(job => new Request(job, "accept", "ann", "a"));
            var calls = await Task.WhenAll(accepts.Select(accept => caller.SendAsync(accept)));
            var held = accepts.Where((_, number) => !calls[number].IsDecided).ToList();
            if (held.Count > 0) return (jobs, held);
            await toxics.ReleaseAsync("mongo");
        }

        Assert.Fail($"None of {jobs.Count} jobs was given to the first silo.");
        return default;
    }

    private static async Task<List<string>> CreateJobsAsync(RecordingCaller caller, int count)
    {
        var creates = Enumerable.Range(0, count)
            .Select(_ => $"c-{Guid.NewGuid():N}")
            .Select(key => new Request(JobRequestId.Derive("zoe", key), "create", "zoe", key, ["ann", "bob"]))
            .ToList();
        foreach (var create in creates) Assert.Equal("SUCCESS", (await caller.SendUntilDecidedAsync(create)).Outcome);
        return creates.ConvertAll(create => create.Job);
    }

    private static int Refusals(string log) => log.Split("was changed by someone else").Length - 1;
}
