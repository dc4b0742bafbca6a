using System.Collections.Immutable;
using CsCheck;
using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Silo.Tests;

/// <summary>What every store of views has to answer about many jobs: pages, put together, are the sorted filter of all, for each caller.</summary>
public abstract class JobViewIndexConformance
{
    private static readonly string[] People = ["ann", "bob", "cid", "zoe", "yan"];
    private static readonly string[] Titles = ["Окна мыть", "windows (north)", "50% off_day", "Night.*shift", "DOORS"];
    // The last one stands for the jobs that repeat a job.
    private static readonly string[] Pairs = ["team=night", "team.x=", "site=a=b", JobQuery.PreviousPair("5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11")];
    private static readonly string[] Searches = ["ОКНА", "Windows", "% off_", ".*", "x", "doors"];
    private static readonly JobStatus[] Statuses = [JobStatus.Open, JobStatus.Accepted, JobStatus.Cancelled];
    private static readonly CandidateAnswer?[] Answers = [null, CandidateAnswer.Declined, CandidateAnswer.Standby, CandidateAnswer.Accepted];

    private static readonly Gen<JobView> Views =
        from id in Gen.Guid
        from at in Gen.Int[0, 20]
        from requester in One("zoe", "yan")
        from candidates in Gen.Shuffle(People, 1, 4)
        from status in One(Statuses)
        from title in One<string?>([.. Titles, null])
        from metadata in Gen.Shuffle(Pairs, 0, 3)
        from answers in One(Answers).Array[4]
        from starts in Gen.Int[0, 6]
        select Answered(View(id, Start.AddMilliseconds(at), requester, candidates, status, title, metadata), answers, starts);

    private static readonly Gen<(JobQuery Query, Caller Caller)> Questions =
        from status in One<string?>([.. Statuses.Select(status => status.ToString()), null, null])
        from candidate in One<string?>("ann", null, null)
        from requester in One<string?>("zoe", null, null)
        from text in One<string?>([.. Searches, .. Enumerable.Repeat<string?>(null, 6)])
        from metadata in Gen.Shuffle(Pairs, 0, 2)
        from standing in One<string?>([.. Enum.GetNames<Standing>(), null, null, null])
        from starts in One<(int From, int To)?>((0, 3), (2, 5), null, null, null, null)
        from person in One(People)
        from isAdmin in Gen.Bool
        from limit in Gen.Int[1, 12]
        select (
            // As a gateway asks: a person names only itself.
            new JobQuery(status, isAdmin || candidate is null ? candidate : person, isAdmin || requester is null ? requester : person, text, null, limit,
                metadata is [] ? null : [.. metadata])
            {
                // As a gateway asks: a standing is somebody's.
                Standing = candidate is null ? null : standing,
                StartsFrom = starts is { } range ? Start.AddHours(range.From) : null,
                StartsTo = starts is { } until ? Start.AddHours(until.To) : null,
            },
            new Caller(person, isAdmin));

    private static readonly Gen<JobView> Lives =
        from id in Gen.Guid
        from at in Gen.Int[0, 3 * 60]
        from candidates in Gen.Shuffle(People, 1, 4)
        from gaps in Gen.Int[1, 4_000].Array[8]
        from steps in Gen.Int[0, 2].Array[0, 8]
        select Life(id, Start.AddMinutes(at), candidates, steps, gaps);

    private static readonly Gen<(StatisticsQuery Query, int MaxJobs, int MaxCandidates)> StatisticsQuestions =
        from first in Gen.Int[0, 3]
        from minutes in Gen.Int[1, 240]
        from candidate in One<string?>("ann", "bob", "eve", null, null, null)
        from maxJobs in One(5, 20, 1_000)
        from maxCandidates in One(2, 1_000)
        select (new StatisticsQuery(Start.AddMinutes(first * 30), Start.AddMinutes((first * 30) + minutes), candidate), maxJobs, maxCandidates);

    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Pages_list_every_job_once_in_order_during_writes()
    {
        // Where there is no server it skips, which a generator's run would report as a failure.
        await FreshAsync();
        await Gen.Select(Views.Array[0, 60], Views.Array[0, 10], Questions.Array[4, 8]).SampleAsync(async (views, newer, questions) =>
        {
            var (store, index) = await FreshAsync();
            await store.WriteAsync(views);
            var queries = new JobViewQueries(store, index);
            var written = 0;
            foreach (var (query, caller) in questions)
            {
                var pages = new List<string>();
                for (var at = query; ;)
                {
                    var page = await queries.ListAsync(at, caller);
                    Assert.True(page.Jobs.Length <= query.Limit);
                    pages.AddRange(page.Jobs.Select(job => job.JobRequestId));
                    if (page.Next is null) break;
                    at = at with { After = page.Next };

                    // Newer jobs come in between two pages; those behind the position stay as they are.
                    if (written < newer.Length)
                        await store.WriteAsync([newer[written] with { Job = newer[written].Job with { CreatedAt = Start.AddSeconds(++written) } }]);
                }

                var expected = views
                    .Where(view => view.IsVisibleTo(new Viewer(caller.Person, caller.IsAdmin)) && Matches(view, query))
                    .OrderByDescending(view => view.Job.CreatedAt)
                    .ThenByDescending(view => view.JobRequestId, StringComparer.Ordinal)
                    .Select(view => view.JobRequestId);
                var old = views.Select(view => view.JobRequestId).ToHashSet();
                Assert.Equal(expected, pages.Where(old.Contains));
                Assert.Equal(pages.Distinct(), pages);
            }
        }, iter: Iterations, threads: 1);
    }

    [Fact]
    public async Task Counts_are_those_of_the_list()
    {
        var (store, index) = await FreshAsync();
        var views = Views.Array[80].Single(static _ => true, seed: "0000KOIPe036");
        await store.WriteAsync(views);
        var queries = new JobViewQueries(store, index);

        foreach (var (query, caller) in Questions.Array[30].Single(static _ => true, seed: "0000KOIPe036"))
        {
            var counts = await queries.CountAsync(query, caller);

            var expected = views
                .Where(view => view.IsVisibleTo(new Viewer(caller.Person, caller.IsAdmin))
                    && Matches(view, new JobQuery(null, query.Candidate, query.Requester, null, null, query.Limit)))
                .CountBy(view => view.Job.Status.ToString())
                .OrderBy(count => count.Key, StringComparer.Ordinal)
                .Select(count => (count.Key, (long)count.Value));
            Assert.Equal(expected, counts.ByStatus.Where(count => count.Value > 0)
                .OrderBy(count => count.Key, StringComparer.Ordinal)
                .Select(count => (count.Key, count.Value)));
            Assert.True(counts.IsComplete);
        }
    }

    [Fact]
    public async Task A_candidate_finds_itself_alone_among_the_candidates()
    {
        var (store, index) = await FreshAsync();
        await store.WriteAsync([View(Guid.NewGuid(), Start, "zoe", ["ann", "bob"], JobStatus.Open, null)]);

        var page = await new JobViewQueries(store, index).ListAsync(new JobQuery(null, null, null, null, null, 50), new Caller("ann", IsAdmin: false));

        Assert.Equal(["ann"], Assert.Single(page.Jobs).Candidates.Select(candidate => candidate.Id));
    }

    [Fact]
    public async Task A_candidate_who_is_added_later_finds_the_job()
    {
        var (store, index) = await FreshAsync();
        var view = View(Guid.NewGuid(), Start, "zoe", ["ann"], JobStatus.Open, null);
        await store.WriteAsync([view]);
        await store.WriteAsync([view.Apply(2, new JobRequestEvent.JobAssigned("zoe", "eva", Start))!]);

        var page = await new JobViewQueries(store, index).ListAsync(new JobQuery(null, "eva", null, null, null, 50), new Caller("eva", IsAdmin: false));

        Assert.Equal(view.JobRequestId, Assert.Single(page.Jobs).JobRequestId);
    }

    [Fact]
    public async Task A_standing_follows_what_becomes_of_the_job()
    {
        var (store, index) = await FreshAsync();
        var view = View(Guid.NewGuid(), Start, "zoe", ["ann", "bob", "cid"], JobStatus.Open, null);
        await AssertStandingsAsync(["ann", "bob", "cid"], [], []);
        await NextAsync(new JobRequestEvent.JobDeclined("cid", null, Start));
        await AssertStandingsAsync(["ann", "bob"], [], []);
        await NextAsync(new JobRequestEvent.JobAccepted("ann", Start));
        await NextAsync(new JobRequestEvent.StandbyJoined("bob", 1, Start));
        await AssertStandingsAsync([], ["bob"], ["ann"]);
        await NextAsync(new JobRequestEvent.JobWithdrawn("ann", Start, "bob"));
        await AssertStandingsAsync([], [], ["bob"]);
        await NextAsync(new JobRequestEvent.JobReleased("zoe", "bob", null, Start));
        await AssertStandingsAsync(["cid"], [], []);

        async Task NextAsync(JobRequestEvent @event)
        {
            view = view.Apply(view.Version + 1, @event)!;
            await store.WriteAsync([view]);
        }

        async Task AssertStandingsAsync(params string[][] expected)
        {
            if (view.Version == 1) await store.WriteAsync([view]);
            foreach (var (standing, people) in Enum.GetNames<Standing>().Zip(expected))
            {
                var found = new List<string>();
                foreach (var person in new[] { "ann", "bob", "cid" })
                {
                    var page = await new JobViewQueries(store, index).ListAsync(
                        new JobQuery(null, person, null, null, null, 50, Standing: standing), new Caller(person, IsAdmin: false));
                    if (page.Jobs.Length == 1) found.Add(person);
                }

                Assert.Equal($"{view.Version} {standing}: {string.Join(' ', people)}", $"{view.Version} {standing}: {string.Join(' ', found)}");
            }
        }
    }

    [Fact]
    public async Task Large_jobs_make_pages_short_but_none_is_missing()
    {
        var (store, index) = await FreshAsync();
        string[] crowd = [.. Enumerable.Range(0, 900).Select(number => $"{new string('c', 60)}{number}")];
        var many = Enumerable.Range(0, 30).Select(number => View(Guid.NewGuid(), Start.AddMilliseconds(number), "zoe", crowd, JobStatus.Open, null)).ToArray();
        await store.WriteAsync(many);
        var queries = new JobViewQueries(store, index);

        var (found, pages) = (new List<string>(), new List<int>());
        for (JobPosition? after = null; pages.Count == 0 || after is not null;)
        {
            var page = await queries.ListAsync(new JobQuery(null, null, "zoe", null, after, 200), new Caller("zoe", IsAdmin: false));
            found.AddRange(page.Jobs.Select(job => job.JobRequestId));
            pages.Add(page.Jobs.Sum(job => job.Candidates.Sum(candidate => candidate.Id.Length)));
            after = page.Next;
        }

        Assert.Equal(many.Select(view => view.JobRequestId).Reverse(), found);
        Assert.All(pages, size => Assert.InRange(size, 1, JobViewQueries.MaxPageSize + 100_000));
        Assert.InRange(pages.Count, 2, 10);
    }

    [Fact]
    public async Task A_rare_search_gives_short_pages_and_finds_all()
    {
        var (store, index) = await FreshAsync();
        var many = Enumerable.Range(0, JobViewQueries.MaxExamined + 200).Select(number => View(
            Guid.NewGuid(), Start.AddMilliseconds(number), "zoe", ["ann"], number % 400 == 0 ? JobStatus.Cancelled : JobStatus.Open, null)).ToArray();
        await store.WriteAsync(many);
        var queries = new JobViewQueries(store, index);
        var query = new JobQuery("Cancelled", "ann", null, null, null, 50);

        var first = await queries.ListAsync(query, new Caller("ann", IsAdmin: false));
        var second = await queries.ListAsync(query with { After = first.Next }, new Caller("ann", IsAdmin: false));

        Assert.Equal(many.Where(view => view.Job.Status == JobStatus.Cancelled)
            .Select(view => view.JobRequestId)
            .Reverse(), first.Jobs.Concat(second.Jobs)
            .Select(job => job.JobRequestId));
        Assert.NotNull(first.Next);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Statistics_count_each_event_once_despite_repeated_stores()
    {
        var (store, index) = await FreshAsync();
        var hour = Start;
        JobView[] views =
        [
            Life(hour.AddMinutes(1), ["ann", "bob"], new JobRequestEvent.JobDeclined("bob", null, hour.AddMinutes(3)),
                new JobRequestEvent.JobAccepted("ann", hour.AddMinutes(5))),
            Life(hour.AddMinutes(50), ["ann", "cid"], new JobRequestEvent.JobAccepted("ann", hour.AddMinutes(51)),
                new JobRequestEvent.JobWithdrawn("ann", hour.AddHours(2)), new JobRequestEvent.JobAccepted("cid", hour.AddHours(2).AddSeconds(30))),
            Life(hour.AddHours(1), ["ann"]),
            Life(hour.AddHours(-1), ["ann"]),
        ];
        foreach (var view in views.Concat(views)) await store.WriteAsync([view]);
        using var statistics = new JobViewStatistics(index);

        var all = await statistics.CountAsync(new StatisticsQuery(hour, hour.AddHours(3), null));
        var ann = await statistics.CountAsync(new StatisticsQuery(hour, hour.AddHours(1), "ann"));

        Assert.Equal((3, true), (all.Jobs, all.IsComplete));
        Assert.Equal(
            [
                new HourStatistics(hour, new StatisticsFigures(4, 2, 3, 1, TimeSpan.FromSeconds(90))),
                new HourStatistics(hour.AddHours(1), new StatisticsFigures(1, 0, 0, 0, null)),
            ],
            all.ByHour);
        Assert.Equal(
            [
                new CandidateStatistics("ann", new StatisticsFigures(3, 1, 2, 0, TimeSpan.FromSeconds(150))),
                new CandidateStatistics("bob", new StatisticsFigures(1, 0, 0, 1, TimeSpan.FromMinutes(2))),
                new CandidateStatistics("cid", new StatisticsFigures(1, 1, 1, 0, TimeSpan.FromSeconds(30))),
            ],
            all.ByCandidate);
        Assert.Equal(new CandidateStatistics("ann", new StatisticsFigures(2, 1, 2, 0, TimeSpan.FromSeconds(150))), Assert.Single(ann.ByCandidate));

        static JobView Life(DateTimeOffset at, string[] candidates, params JobRequestEvent[] later)
        {
            var view = JobView.Empty(Guid.NewGuid().ToString()).Apply(1, new JobRequestEvent.JobRequested("zoe", [.. candidates], [], null, null, at))!;
            foreach (var @event in later) view = view.Apply(view.Version + 1, @event)!;
            return view;
        }
    }

    [Fact]
    public async Task Statistics_are_what_adding_up_every_view_gives()
    {
        await FreshAsync();
        await Gen.Select(Lives.Array[0, 40], StatisticsQuestions.Array[3, 6]).SampleAsync(async (views, questions) =>
        {
            var (store, index) = await FreshAsync();
            await store.WriteAsync(views);
            foreach (var (query, maxJobs, maxCandidates) in questions)
                Statistics.AssertEqual(Statistics.Of(views, query, maxJobs, maxCandidates),
                    await index.CountStatisticsAsync(query, maxJobs, maxCandidates, CancellationToken.None));
        }, iter: Iterations, threads: 1);
    }

    protected abstract long Iterations { get; }

    /// <summary>An empty store.</summary>
    internal abstract Task<(IJobViewStore Store, IJobViewIndex Index)> FreshAsync();

    private static Gen<T> One<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static bool Matches(JobView view, JobQuery query) =>
        (query.Status is null || view.Job.Status.ToString() == query.Status)
        && (query.Candidate is null || view.Job.FindCandidate(query.Candidate) is not null)
        && (query.Requester is null || view.Job.Requester == query.Requester)
        && (query.Standing is null || view.Job.StandingOf(query.Candidate!)?.ToString() == query.Standing)
        && (query.StartsFrom is not { } from || view.Job.Details?.StartsAt >= from)
        && (query.StartsTo is not { } to || view.Job.Details?.StartsAt < to)
        && (query.Metadata is not { } pairs || pairs.All(pair => view.Job.Details?.Pairs().Contains(pair) == true))
        && (query.Text is null || view.Job.Title?.Contains(query.Text, StringComparison.OrdinalIgnoreCase) == true);

    // Whoever has not answered accepts or declines; the winner withdraws: what the rules let happen of it.
    private static JobView Life(Guid id, DateTimeOffset at, string[] candidates, int[] steps, int[] gaps)
    {
        var view = JobView.Empty(id.ToString()).Apply(1, new JobRequestEvent.JobRequested("zoe", [.. candidates], [], null, null, at))!;
        for (var step = 0; step < steps.Length && !view.Job.IsTerminal; step++)
        {
            at = at.AddMilliseconds(gaps[step]);
            var by = view.Job.Winner ?? view.Job.Candidates.FirstOrDefault(candidate => candidate.Answer is null)?.Id;
            if (by is null) break;
            JobRequestCommand command = (view.Job.Winner, steps[step]) switch
            {
                ({ }, 0) => new JobRequestCommand.Withdraw(),
                ({ }, _) => new JobRequestCommand.Start(),
                (_, 1) => new JobRequestCommand.Decline(),
                _ => new JobRequestCommand.Accept(),
            };
            if (JobRequestDecider.Decide(view.Job, command, by, at) is JobRequestDecision.Succeeded approved)
                foreach (var @event in approved.Events) view = view.Apply(view.Version + 1, @event)!;
        }

        return view;
    }

    // The first who accepts has the job, where it was taken.
    private static JobView Answered(JobView view, CandidateAnswer?[] answers, int starts)
    {
        var job = view.Job;
        var candidates = job.Candidates.Select((candidate, number) => candidate with { Answer = answers[number] }).ToArray();
        return view with
        {
            Job = job with
            {
                Candidates = [.. candidates],
                Winner = job.Status == JobStatus.Open ? null : candidates.FirstOrDefault(static candidate => candidate.Answer is CandidateAnswer.Accepted)?.Id,
                Standby = [.. candidates.Where(static candidate => candidate.Answer is CandidateAnswer.Standby).Select(static candidate => candidate.Id)],
                Details = starts == 0 ? job.Details : (job.Details ?? new JobDetails()) with { StartsAt = Start.AddHours(starts) },
            },
        };
    }

    internal static JobView View(Guid id, DateTimeOffset at, string requester, string[] candidates, JobStatus status, string? title,
        params string[] metadata) =>
        new(id.ToString(), new JobRequest
        {
            Version = status == JobStatus.Open ? 1 : 2,
            Status = status,
            Epoch = 1,
            Requester = requester,
            Title = title,
            Candidates = [.. candidates.Select(candidate => new Candidate(candidate))],
            CreatedAt = at,
            LastEventAt = at,
            Details = metadata is []
                ? null
                : new StoredDetails { Metadata = [.. metadata] }.ToDomain(),
        });
}
