using System.Collections.Immutable;
using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Grains;

namespace JobRequests.Silo.Tests;

/// <summary>What every store of views has to do: a view only ever moves to a higher version.</summary>
public abstract class JobViewStoreConformance
{
    private readonly string _run = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_view_is_read_as_it_was_written()
    {
        var store = await StoreAsync();
        JobView[] views = [Full("a"),
            new JobView(
                Id("b"), JobRequest.Initial with { Version = 1, Status = JobStatus.Open, Epoch = 1, Requester = "zoe", CreatedAt = At, LastEventAt = At })];

        Assert.Empty(await store.WriteAsync(views));

        var read = await store.ReadAsync([Id("a"), Id("b"), Id("nobody")]);
        Assert.Equal([Id("a"), Id("b")], read.Keys.Order());
        foreach (var view in views)
        {
            Assert.Equal(Json(view), Json(read[view.JobRequestId]));
            Assert.Equal(view.Answers, read[view.JobRequestId].Answers);
        }

        Assert.Equal(views[0].OfferedAt, read[Id("a")].OfferedAt);
    }

    [Fact]
    public async Task A_later_version_replaces_an_earlier_one_never_the_reverse()
    {
        var store = await StoreAsync();
        var full = Full("a");
        await store.WriteAsync([full]);

        Assert.Equal([Id("a")], await store.WriteAsync([full]));
        Assert.Equal([Id("a")], await store.WriteAsync([AtVersion(full, full.Version - 1)]));
        Assert.Equal(full.Version, (await store.ReadAsync([Id("a")]))[Id("a")].Version);

        Assert.Empty(await store.WriteAsync([AtVersion(full, full.Version + 3)]));
        Assert.Equal(full.Version + 3, (await store.ReadAsync([Id("a")]))[Id("a")].Version);
    }

    [Fact]
    public async Task In_a_batch_each_view_goes_by_its_own_version()
    {
        var store = await StoreAsync();
        var stored = Enumerable.Range(0, 40).Select(number => AtVersion(Full($"j{number}"), 5)).ToArray();
        await store.WriteAsync(stored);

        // Every second one is late, every third one is new.
        var batch = stored.Select((view, number) => number % 3 == 0 ? Full($"new{number}") : AtVersion(view, number % 2 == 0 ? 4 : 6)).ToArray();
        var outrun = await store.WriteAsync(batch);

        Assert.Equal(batch.Where(view => view.Version == 4).Select(view => view.JobRequestId).Order(), outrun.Order());
        var read = await store.ReadAsync([.. batch.Select(view => view.JobRequestId)]);
        Assert.All(batch, view => Assert.Equal(view.Version == 4 ? 5 : view.Version, read[view.JobRequestId].Version));
    }

    [Fact]
    public async Task The_highest_version_of_many_writers_stays()
    {
        var store = await StoreAsync();
        var full = Full("hot");

        var outrun = await Task.WhenAll(Enumerable.Range(1, 50)
            .Select(version => Task.Run(() => store.WriteAsync([AtVersion(full, version), AtVersion(Full($"w{version}"), 1)]))));

        Assert.Equal(50, (await store.ReadAsync([Id("hot")]))[Id("hot")].Version);
        Assert.Empty(outrun[^1]);
        Assert.Equal(50, (await store.ReadAsync([.. Enumerable.Range(1, 50).Select(version => Id($"w{version}"))])).Count);
    }

    protected static readonly DateTimeOffset At = new(2026, 11, 24, 10, 0, 0, 123, TimeSpan.Zero);

    protected abstract Task<IJobViewStore> StoreAsync();

    private string Id(string name) => $"{_run}-{name}";

    private JobView Full(string name) => new(Id(name), new JobRequest
    {
        Version = 7,
        Status = JobStatus.Accepted,
        Epoch = 2,
        Requester = "zoe.z@example",
        Title = "Окна",
        Candidates = [new Candidate("ann.$x", CandidateAnswer.Withdrawn), new Candidate("bob", CandidateAnswer.Accepted), new Candidate("cid")],
        Winner = "bob",
        Tasks = [new JobTask("t.1", "windows", true), new JobTask("t2", "doors")],
        CreatedAt = At,
        ExpiresAt = At.AddHours(1),
        Details = new JobDetails
        {
            Description = "two lines\nof \"text\" <$>",
            Place = new Place("Причал 3", 53, -9.98),
            StartsAt = At.AddDays(1),
            EndsAt = At.AddDays(2),
            Instructions = "the door's code",
            Metadata = new Dictionary<string, string> { ["a.b"] = "$x=y", ["team"] = "" }.ToImmutableSortedDictionary(),
            Previous = "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11",
        },
        LastEventAt = At.AddMinutes(1),
    })
    {
        OfferedAt = At.AddSeconds(30),
        Answers = [new JobAnswer("ann.$x", 1, CandidateAnswer.Accepted, TimeSpan.FromMilliseconds(1234)),
            new JobAnswer("bob", 2, CandidateAnswer.Accepted, TimeSpan.FromSeconds(30))],
    };

    private static JobView AtVersion(JobView view, int version) => view with { Job = view.Job with { Version = version } };

    private static string Json(JobView view) => JsonSerializer.Serialize(view.Job.ToStored(), JobDocumentJson.Default.StoredState);
}
