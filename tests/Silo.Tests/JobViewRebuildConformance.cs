using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Silo.Tests;

/// <summary>What every store has to do while its views are rebuilt: be read and written as ever, and end with what the documents say.</summary>
public abstract class JobViewRebuildConformance
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly Caller Everybody = new("", IsAdmin: true);

    private readonly Documents _documents = new();

    [Fact]
    public async Task Views_rebuilt_under_load_equal_their_documents()
    {
        var rig = await FreshAsync();
        await WriteAsync(rig.Stores[0], [.. Enumerable.Range(0, 300).Select(number => Job(number, 1))]);
        using var enough = new CancellationTokenSource();
        var writers = rig.Stores.Select((store, number) => Task.Run(() => KeepWritingAsync(store, number, enough.Token))).ToList();
        var reader = Task.Run(() => KeepReadingAsync(rig.Stores[0], enough.Token));

        for (var round = 0; round < 2; round++)
        {
            var rebuilder = Rebuilder(rig);
            await rebuilder.RunAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, rebuilder.Progress.Repaired);
            Assert.True(rebuilder.Progress.Jobs >= 300);
        }

        await enough.CancelAsync();
        await Task.WhenAll([.. writers, reader]);
        await AssertEqualAsync(rig);
    }

    [Fact]
    public async Task A_rebuild_repairs_wrong_views_and_counts_them()
    {
        var rig = await FreshAsync();
        await WriteAsync(rig.Stores[0], [.. Enumerable.Range(0, 5).Select(number => Job(number, 2))]);

        // The view says something else, there is one of a job that does not exist, and one job has none.
        var wrong = Job(5, 2);
        _documents.Put(wrong);
        await rig.Stores[0].WriteAsync([wrong with { Job = wrong.Job with { Title = "somebody else's" } }, Job(900, 1)]);
        _documents.Put(Job(6, 1));

        var rebuilder = Rebuilder(rig);
        await rebuilder.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal((7, 1), (rebuilder.Progress.Jobs, rebuilder.Progress.Repaired));
        Assert.Equal(wrong.JobRequestId, Assert.Single(rebuilder.Progress.Different));
        await AssertEqualAsync(rig);
    }

    [Fact]
    public async Task A_failed_rebuild_leaves_views_unchanged_and_the_next_succeeds()
    {
        var rig = await FreshAsync();
        await WriteAsync(rig.Stores[0], [.. Enumerable.Range(0, 20).Select(number => Job(number, 1))]);
        _documents.BreakAfter = 10;
        await Assert.ThrowsAsync<IOException>(() => Rebuilder(rig).RunAsync(TestContext.Current.CancellationToken));
        await AssertEqualAsync(rig);

        _documents.BreakAfter = null;
        await Rebuilder(rig).RunAsync(TestContext.Current.CancellationToken);
        await WriteAsync(rig.Stores[^1], [Job(0, 2), Job(21, 1)]);
        await AssertEqualAsync(rig);
    }

    [Fact]
    public async Task A_killed_rebuild_leaves_views_unchanged_and_the_next_succeeds()
    {
        var rig = await FreshAsync();
        await WriteAsync(rig.Stores[0], [.. Enumerable.Range(0, 20).Select(number => Job(number, 1))]);
        var lost = await rig.Generations.BeginAsync(TestContext.Current.CancellationToken);
        await rig.Generations.WriteAsync(lost, [Job(0, 9), Job(901, 1)], TestContext.Current.CancellationToken);
        await AssertEqualAsync(rig);

        var second = rig.Again();
        await Rebuilder(rig with { Generations = second }).RunAsync(TestContext.Current.CancellationToken);

        await AssertEqualAsync(rig);
        if (!ReferenceEquals(second, rig.Generations))
            await Assert.ThrowsAsync<ViewRebuildException>(() => rig.Generations.SwitchAsync(lost, TestContext.Current.CancellationToken));
        await AssertEqualAsync(rig);
    }

    /// <param name="Stores">Of each silo.</param>
    /// <param name="Index">The first silo's.</param>
    /// <param name="Generations">The first silo's.</param>
    /// <param name="Again">What a process has that takes over.</param>
    private protected sealed record Rig(
        IReadOnlyList<IJobViewStore> Stores, IJobViewIndex Index, IJobViewGenerations Generations, Func<IJobViewGenerations> Again);

    private protected abstract Task<Rig> FreshAsync();

    private ViewRebuilder Rebuilder(Rig rig) => new(_documents, rig.Stores[0], rig.Generations);

    // As in the product: first the document, then the view.
    private async Task WriteAsync(IJobViewStore store, IReadOnlyList<JobView> views)
    {
        foreach (var view in views) _documents.Put(view);
        await store.WriteAsync(views);
    }

    private async Task KeepWritingAsync(IJobViewStore store, int writer, CancellationToken enough)
    {
        for (var round = 2; !enough.IsCancellationRequested; round++)
        {
            // Each writer has its own jobs; new ones come in all the time.
            await WriteAsync(store, [.. Enumerable.Range(0, 20).Select(number => Job((number * 10) + writer, round)), Job(10_000 + (round * 10) + writer, 1)]);
        }
    }

    private async Task KeepReadingAsync(IJobViewStore store, CancellationToken enough)
    {
        var job = Job(7, 1).JobRequestId;
        while (!enough.IsCancellationRequested) Assert.Single(await store.ReadAsync([job]));
    }

    private async Task AssertEqualAsync(Rig rig)
    {
        var expected = _documents.All();
        foreach (var store in rig.Stores)
        {
            var read = await store.ReadAsync([.. expected.Keys, Job(900, 1).JobRequestId, Job(901, 1).JobRequestId]);
            Assert.Equal(expected.Select(job => Json(job.Value)).Order(), read.Values.Select(Json).Order());
        }

        var listed = new List<string>();
        JobPosition? after = null;
        do
        {
            var page = await new JobViewQueries(rig.Stores[0], rig.Index).ListAsync(new JobQuery(null, "ann", null, null, after, 200), Everybody);
            listed.AddRange(page.Jobs.Select(job => job.JobRequestId));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(expected.Keys.Order(), listed.Order());
    }

    private static string Json(JobView view) =>
        view.JobRequestId + string.Join(',', view.Answers) + JsonSerializer.Serialize(view.Job.ToStored(), JobDocumentJson.Default.StoredState);

    private static JobView Job(int number, int version) => new($"00000000-0000-4000-8000-{number:D12}", new JobRequest
    {
        Version = version,
        Status = version == 1 ? JobStatus.Open : JobStatus.Started,
        Epoch = 1,
        Requester = "zoe",
        Title = $"job {number} at {version}",
        Candidates = [new Candidate("ann"), new Candidate("bob")],
        CreatedAt = Start.AddMilliseconds(number),
        LastEventAt = Start.AddMilliseconds(number + version),
    });

    /// <summary>The job documents, in memory.</summary>
    private sealed class Documents : IJobDocumentScan
    {
        private readonly ConcurrentDictionary<string, JobView> _jobs = new();

        public int? BreakAfter { get; set; }

        public void Put(JobView view) => _jobs.AddOrUpdate(view.JobRequestId, view, (_, before) => view.Version > before.Version ? view : before);

        public Dictionary<string, JobView> All() => _jobs.ToDictionary();

        public async IAsyncEnumerable<IReadOnlyList<(string JobRequestId, JobDocument Document)>> ScanAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var after = "";
            for (var count = 0; ; count += 10)
            {
                await Task.Yield();
                if (count >= BreakAfter) throw new IOException("The storage is gone.");
                var batch = _jobs.Values.Where(job => string.CompareOrdinal(job.JobRequestId, after) > 0)
                    .OrderBy(job => job.JobRequestId, StringComparer.Ordinal)
                    .Take(10)
                    .ToList();
                if (batch.Count == 0) yield break;
                after = batch[^1].JobRequestId;
                yield return batch.ConvertAll(job => (job.JobRequestId, new JobDocument { State = job.Job.ToStored() }));
            }
        }
    }
}
