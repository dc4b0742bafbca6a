using System.Collections.Concurrent;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>Jobs in a silo, reached through the stream.</summary>
public sealed class JobGrainTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly JobCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task A_command_through_the_stream_gets_its_outcome()
    {
        var create = Jobs.Create();

        var created = Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(create));
        var accepted = Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(Jobs.Accept(create.JobRequestId, "ann")));
        var refused = Assert.IsType<JobRequestReply.Rejected>(await _cluster.ExecuteAsync(Jobs.Accept(create.JobRequestId, "bob")));
        var unknown = await _cluster.ExecuteAsync(Jobs.Accept(create.JobRequestId, "eve"));

        Assert.Equal((1, 2, 2), (created.Version, accepted.Version, refused.Version));
        Assert.Equal(Rejections.AlreadyAccepted.Code, refused.Code);
        Assert.IsType<JobRequestReply.NotFound>(unknown);
    }

    [Fact]
    public async Task An_answer_is_waited_for_before_the_command_is_sent()
    {
        var create = Jobs.Create();
        var waiting = _cluster.Job(create.JobRequestId).GetOutcome(Workbench.Query(create), TimeSpan.FromSeconds(20));

        await _cluster.SendAsync(create);

        Assert.IsType<JobRequestReply.Succeeded>(await waiting.WaitAsync(JobCluster.WaitLimit));
    }

    [Fact]
    public async Task A_cold_job_reads_once_and_delays_no_other_job()
    {
        var cold = await _cluster.CreateJobAsync();
        await _cluster.DeactivateAsync(cold);
        var (slow, quick) = (Jobs.Accept(cold, "ann"), Jobs.Create());
        var (reading, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        var reads = 0;
        _cluster.Storage.BeforeRead = async id =>
        {
            if (id != cold) return;
            Interlocked.Increment(ref reads);
            reading.TrySetResult();
            await released.Task;
        };
        var waiting = _cluster.Job(cold).GetOutcome(Workbench.Query(slow), TimeSpan.FromSeconds(20));
        await _cluster.SendAsync(slow);
        await reading.Task.WaitAsync(JobCluster.WaitLimit);

        // The queue is the same; the read is still under way.
        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(quick));
        Assert.False(waiting.IsCompleted);

        released.SetResult();
        Assert.IsType<JobRequestReply.Succeeded>(await waiting.WaitAsync(JobCluster.WaitLimit));
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task Activation_reads_nothing()
    {
        var job = await _cluster.CreateJobAsync();
        await _cluster.ReadViewAsync(job, 1);
        await _cluster.DeactivateAsync(job);
        var touched = new ConcurrentQueue<string>();
        _cluster.Storage.BeforeRead = id =>
        {
            touched.Enqueue(id);
            return Task.CompletedTask;
        };

        // A question that is over at once activates the job; only its own load may read.
        await _cluster.Job(job).GetOutcome(Workbench.Query(Jobs.Accept(job, "ann")), TimeSpan.Zero).WaitAsync(JobCluster.WaitLimit);

        Assert.Single(touched, job);
    }

    [Fact]
    public async Task A_job_whose_storage_fails_holds_up_no_other_job()
    {
        var broken = await _cluster.CreateJobAsync();
        var tried = new TaskCompletionSource();
        var isBroken = true;
        _cluster.Storage.BeforeWrite = id =>
        {
            if (id != broken || !Volatile.Read(ref isBroken)) return Task.CompletedTask;
            tried.TrySetResult();
            throw new IOException("This document cannot be written.");
        };
        var accept = Jobs.Accept(broken, "ann");
        await _cluster.SendAsync(accept);
        await tried.Task.WaitAsync(JobCluster.WaitLimit);

        for (var i = 0; i < 20; i++) await _cluster.CreateJobAsync();

        Volatile.Write(ref isBroken, false);
        Assert.IsType<JobRequestReply.Succeeded>(
            await _cluster.Job(broken).GetOutcome(Workbench.Query(accept), TimeSpan.FromSeconds(20)).WaitAsync(JobCluster.WaitLimit));
    }

    [Fact]
    public async Task Commands_gathered_during_a_write_share_the_next_write()
    {
        var people = Enumerable.Range(0, 50).Select(i => $"p{i:00}").ToArray();
        var job = await _cluster.CreateJobAsync(null, people);
        var (writing, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writes = 0;
        _cluster.Storage.BeforeWrite = async id =>
        {
            if (id != job) return;
            Interlocked.Increment(ref writes);
            writing.TrySetResult();
            await released.Task;
        };
        await _cluster.SendAsync(Jobs.Accept(job, people[0]));
        await writing.Task.WaitAsync(JobCluster.WaitLimit);
        var rest = people[1..].Select(person => Jobs.Accept(job, person)).ToArray();
        foreach (var accept in rest) await _cluster.SendAsync(accept);

        released.SetResult();

        var replies = await Task.WhenAll(rest.Select(accept => _cluster.Job(job).GetOutcome(Workbench.Query(accept), TimeSpan.FromSeconds(20))))
            .WaitAsync(JobCluster.WaitLimit);
        Assert.All(replies, reply => Assert.Equal(Rejections.AlreadyAccepted.Code, Assert.IsType<JobRequestReply.Rejected>(reply).Code));
        // The first accept, the rest, and perhaps the outbox position; a write for each would be 50.
        Assert.InRange(writes, 2, 5);
    }

    [Fact]
    public async Task Deactivation_leaves_the_outbox_empty_and_marked()
    {
        var job = await _cluster.CreateJobAsync();
        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(Jobs.Accept(job, "ann")));

        await _cluster.DeactivateAsync(job);

        var document = _cluster.Storage.Document(job);
        Assert.Equal((2, 2, null), (document.State.Version, document.Published, document.OutboxSince));
        Assert.Equal(2, _cluster.Views[job]!.Version);
    }

    [Fact]
    public async Task An_unused_job_leaves_memory_with_its_outbox_marked()
    {
        await using var cluster = await JobCluster.StartAsync(settings: [("Jobs:IdleAfter", "00:00:02"), ("Jobs:OutboxPositionDelay", "00:10:00")]);
        var job = await cluster.CreateJobAsync();

        await cluster.Cluster.WaitForDeactivationAsync(cluster.Job(job).GetGrainId()).WaitAsync(JobCluster.WaitLimit);

        Assert.Equal((1, null), (cluster.Storage.Document(job).Published, cluster.Storage.Document(job).OutboxSince));
    }

    [Fact]
    public async Task A_silo_stops_at_once_despite_waiting_calls()
    {
        var cluster = await JobCluster.StartAsync();
        cluster.Views.BeforeWrite = static _ => throw new IOException("The view store is down.");
        var create = Jobs.Create();
        Assert.IsType<JobRequestReply.Succeeded>(await cluster.ExecuteAsync(create));
        var waiting = cluster.Job(create.JobRequestId).GetOutcome(Workbench.Query(Jobs.Accept(create.JobRequestId, "ann")), TimeSpan.FromMinutes(5));
        var reading = cluster.View(create.JobRequestId).Read(create.JobRequestId, Workbench.Person("ann"), 7, TimeSpan.FromMinutes(5));

        await cluster.Cluster.StopAllSilosAsync().WaitAsync(TimeSpan.FromSeconds(15));

        Assert.NotNull(cluster.Storage.Document(create.JobRequestId).OutboxSince);
        await Task.WhenAny(Task.WhenAll(waiting, reading)).WaitAsync(JobCluster.WaitLimit);
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Deactivation_during_a_publication_finishes_and_marks_it()
    {
        var (publishing, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        var create = Jobs.Create();
        _cluster.Views.BeforeWrite = async view =>
        {
            if (view.JobRequestId != create.JobRequestId) return;
            publishing.TrySetResult();
            await released.Task;
        };
        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(create));
        await publishing.Task.WaitAsync(JobCluster.WaitLimit);

        var gone = _cluster.Cluster.DeactivateAsync(_cluster.Job(create.JobRequestId).GetGrainId());
        released.SetResult();
        await gone.WaitAsync(JobCluster.WaitLimit);

        Assert.Equal((1, null), (_cluster.Storage.Document(create.JobRequestId).Published, _cluster.Storage.Document(create.JobRequestId).OutboxSince));
    }

    [Fact]
    public async Task Events_unpublished_at_a_crash_are_published()
    {
        var lost = new Workbench();
        lost.Clock.AdjustTime(DateTimeOffset.UtcNow.AddHours(-1));
        lost.Publisher.IsDown = true;
        lost.Create();
        // Nobody calls this job: its document appears in the storage as a dead process has left it.
        _cluster.Storage[Workbench.JobId].Json = lost.Stored.Json;

        await Eventually(() => _cluster.Views[Workbench.JobId] is { Version: 1 }, "the view of the job that a crash has left");
    }

    [Fact]
    public async Task A_job_that_nobody_touches_expires_and_everybody_sees_it()
    {
        var job = await _cluster.CreateJobAsync(expiresAt: DateTimeOffset.UtcNow.AddSeconds(1));

        var view = await _cluster.ReadViewAsync(job, 2);

        Assert.Equal(nameof(JobStatus.Expired), view.Status);
    }

    private static async Task Eventually(Func<bool> condition, string what)
    {
        using var waitLimit = new CancellationTokenSource(JobCluster.WaitLimit);
        while (!condition())
        {
            if (waitLimit.IsCancellationRequested) throw new TimeoutException($"Waited {JobCluster.WaitLimit} for {what}.");
            await Task.Delay(20);
        }
    }
}
