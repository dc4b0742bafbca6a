using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>Views follow their jobs: event n only after n−1.</summary>
public sealed class JobViewTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly JobCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task A_view_follows_its_job()
    {
        var job = await _cluster.CreateJobAsync();
        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(Jobs.Accept(job, "ann")));

        var view = await _cluster.ReadViewAsync(job, 2);

        Assert.Equal(("Accepted", "ann"), (view.Status, view.AcceptedBy));
        Assert.Equal(Json(Fold(job).ToStored()), Json(_cluster.Views[job]!.Job.ToStored()));
    }

    [Fact]
    public async Task A_question_waits_until_the_view_has_the_version()
    {
        var create = Jobs.Create();
        var early = _cluster.View(create.JobRequestId).Read(create.JobRequestId, Workbench.Person("ann"), 1, TimeSpan.FromSeconds(20));

        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(create));

        Assert.Equal(1, (await early.WaitAsync(JobCluster.WaitLimit))!.Version);
    }

    [Fact]
    public async Task A_question_for_a_missing_version_gets_the_latest()
    {
        var job = await _cluster.CreateJobAsync();
        await _cluster.ReadViewAsync(job, 1);

        var view = await _cluster.View(job).Read(job, Workbench.Person("ann"), 9, TimeSpan.FromMilliseconds(50)).WaitAsync(JobCluster.WaitLimit);

        Assert.Equal(1, view!.Version);
        Assert.Null(await _cluster.View(job).Read(job, Workbench.Person("eve"), 1, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_repeated_event_changes_nothing()
    {
        var job = await _cluster.CreateJobAsync();
        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(Jobs.Accept(job, "ann")));
        await _cluster.ReadViewAsync(job, 2);
        var writes = _cluster.Views.Writes;

        await _cluster.PublishAsync(Event(job, 1));
        await _cluster.PublishAsync(Event(job, 2));

        Assert.Equal(2, _cluster.Views[job]!.Version);
        Assert.Equal(writes, _cluster.Views.Writes);
    }

    [Fact]
    public async Task A_repeated_first_event_never_takes_the_view_back()
    {
        var job = await _cluster.CreateJobAsync();
        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(Jobs.Accept(job, "ann")));
        await _cluster.ReadViewAsync(job, 2);
        await _cluster.DeactivateAsync(job);

        await _cluster.PublishAsync(Event(job, 1));

        var view = await _cluster.View(job).Read(job, Workbench.Person("ann"), 0, TimeSpan.Zero).WaitAsync(JobCluster.WaitLimit);
        Assert.Equal((2, "ann"), (view!.Version, view.AcceptedBy));
    }

    [Fact]
    public async Task A_gap_is_closed_from_the_job()
    {
        var job = await _cluster.CreateJobAsync();
        await _cluster.ReadViewAsync(job, 1);
        // Two facts that finalevents loses: they are in the document, marked as published.
        var bench = Offline(job);
        _cluster.Storage[job].Json = bench;

        await _cluster.PublishAsync(Event(job, 3));

        var view = _cluster.Views[job]!;
        Assert.Equal((3, JobStatus.Open, 2), (view.Version, view.Job.Status, view.Job.Epoch));
        Assert.Equal(Json(Fold(job).ToStored()), Json(view.Job.ToStored()));
    }

    [Fact]
    public async Task An_event_is_published_once_the_view_stored_it()
    {
        var create = Jobs.Create();
        var (failed, isBroken) = (new TaskCompletionSource(), true);
        _cluster.Views.BeforeWrite = view =>
        {
            if (view.JobRequestId != create.JobRequestId || !Volatile.Read(ref isBroken)) return Task.CompletedTask;
            failed.TrySetResult();
            throw new IOException("The view store is down.");
        };
        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(create));
        await failed.Task.WaitAsync(JobCluster.WaitLimit);
        Assert.Equal(
            (0, true), (_cluster.Storage.Document(create.JobRequestId).Published, _cluster.Storage.Document(create.JobRequestId).OutboxSince is not null));

        Volatile.Write(ref isBroken, false);
        await _cluster.Job(create.JobRequestId).PublishOutbox().WaitAsync(JobCluster.WaitLimit);

        Assert.Equal((1, null), (_cluster.Storage.Document(create.JobRequestId).Published, _cluster.Storage.Document(create.JobRequestId).OutboxSince));
        Assert.Equal(1, _cluster.Views[create.JobRequestId]!.Version);
    }

    [Fact]
    public async Task An_event_of_a_missing_job_delays_nobody()
    {
        var orphan = JobRequestId.Derive("nobody", Guid.NewGuid().ToString("N"));
        var job = await JobInShardOfAsync(orphan);
        var accepted = Event(job, 1) with { JobRequestId = orphan, Version = 7, Type = nameof(JobRequestEvent.JobAccepted) };

        await _cluster.PublishAsync(accepted).WaitAsync(JobCluster.WaitLimit);
        Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(Jobs.Accept(job, "ann")));

        Assert.Equal(2, (await _cluster.ReadViewAsync(job, 2)).Version);
        Assert.Null(_cluster.Views[orphan]);
    }

    private async Task<string> JobInShardOfAsync(string other)
    {
        while (true)
        {
            var create = Jobs.Create();
            if (ViewShards.Of(create.JobRequestId) != ViewShards.Of(other)) continue;
            Assert.IsType<JobRequestReply.Succeeded>(await _cluster.ExecuteAsync(create));
            return create.JobRequestId;
        }
    }

    // The job's document with an accept and a withdrawal that no stream has seen.
    private string Offline(string job)
    {
        var committed = CommittedJob.From(_cluster.Storage[job].Read());
        WorkItem[] items =
        [
            new WorkItem.Command(Jobs.Accept(job, "ann")),
            new WorkItem.Command(Jobs.Command(job, "ann", new JobRequestCommand.Withdraw(), "w")),
        ];
        var document = JobDecision.Decide(committed, items, 3, DateTimeOffset.UtcNow, new JobRequestOptions()).Document!;
        return new JobDocumentSerializer().Serialize(document).ToString();
    }

    private JobEvent Event(string job, int version) => _cluster.Storage.Document(job).Events[version - 1].ToWire(job);

    private JobRequest Fold(string job) =>
        _cluster.Storage.Document(job).Events.Aggregate(JobRequest.Initial, (state, stored) => JobRequest.Evolve(state, stored.ToDomain()));

    private static string Json(StoredState state) => System.Text.Json.JsonSerializer.Serialize(state, JobDocumentJson.Default.StoredState);
}
