using System.Diagnostics;
using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo.Tests;

public sealed class SqliteJobViewIndexTests : JobViewIndexConformance, IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"views-{Guid.NewGuid():N}");
    private SqliteDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder });
        await _database.EnsureAsync(SqliteJobViewStore.Component);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    public static TheoryData<ViewOrder> Orders =>
    [
        new ViewOrder.All(), new ViewOrder.OfStatus("Open"), new ViewOrder.OfCandidate("ann"), new ViewOrder.OfRequester("zoe"),
        new ViewOrder.OfRequesterAndStatus("zoe", "Open"), new ViewOrder.OfPerson("ann"),
        new ViewOrder.OfMetadata("team=night", null), new ViewOrder.OfMetadata("team=night", "zoe"),
        new ViewOrder.OfStanding("ann", Standing.ToAnswer), new ViewOrder.OfStanding("ann", Standing.Standby), new ViewOrder.OfStanding("ann", Standing.Winner),
    ];

    [Theory, MemberData(nameof(Orders), DisableDiscoveryEnumeration = true)]
    public async Task A_page_reads_one_index_range_and_never_sorts(ViewOrder order)
    {
        var plan = await _database.ReadAsync(session => session.Query(
            "EXPLAIN QUERY PLAN " + SqliteJobViewIndex.SqlOf(order), static row => row.GetString(3), "x", 0L, "", 51, "x"));

        // The keys come in order; what they lead to is at most one page, whose order SQLite may make sure of.
        Assert.All(plan.Where(step => step.Contains("job_view") && step.StartsWith("SCAN", StringComparison.Ordinal)),
            step => Assert.Fail($"{step} in\n{string.Join('\n', plan)}"));
        Assert.Contains(plan, step => step.Contains("(created_at,job_id)<(?,?)"));
        var inner = plan.TakeWhile(step => !step.StartsWith("SCAN k", StringComparison.Ordinal));
        Assert.DoesNotContain(inner, step => step.Contains("TEMP B-TREE"));
    }

    [Fact]
    public async Task A_page_costs_the_same_at_any_depth()
    {
        var jobs = Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") is null ? 20_000 : 1_000_000;
        await FillAsync(jobs);
        var queries = new JobViewQueries(new SqliteJobViewStore(_database), new SqliteJobViewIndex(_database));
        (string Name, JobQuery Query, Caller Caller)[] questions =
        [
            ("all", new JobQuery(null, null, null, null, null, 50), new Caller("root", IsAdmin: true)),
            ("status", new JobQuery("Open", null, null, null, null, 50), new Caller("root", IsAdmin: true)),
            ("person", new JobQuery(null, null, null, null, null, 50), new Caller("p1", IsAdmin: false)),
            ("candidate", new JobQuery(null, "p1", null, null, null, 50), new Caller("p1", IsAdmin: false)),
            ("candidate and status", new JobQuery("Open", "p1", null, null, null, 50), new Caller("p1", IsAdmin: false)),
            ("to answer", new JobQuery(null, "p1", null, null, null, 50, Standing: "ToAnswer"), new Caller("p1", IsAdmin: false)),
            ("rarely to answer", new JobQuery(null, "p8", null, null, null, 50, Standing: "ToAnswer"), new Caller("p8", IsAdmin: false)),
            ("requester", new JobQuery(null, null, "p1", null, null, 50), new Caller("p1", IsAdmin: false)),
            ("requester and status", new JobQuery("Open", null, "p1", null, null, 50), new Caller("p1", IsAdmin: false)),
        ];

        foreach (var (name, query, caller) in questions)
        {
            foreach (var depth in new[] { 0.0, 0.5, 0.99 })
            {
                var after = new JobPosition((long)(jobs * (1 - depth)), "");
                var best = TimeSpan.MaxValue;
                for (var run = 0; run < 10; run++)
                {
                    var started = Stopwatch.GetTimestamp();
                    var page = await queries.ListAsync(query with { After = after }, caller);
                    var took = Stopwatch.GetElapsedTime(started);
                    best = took < best ? took : best;
                    Assert.True(
                        page.Jobs.Length == 50 || depth > 0.9 || name is "candidate and status" or "rarely to answer",
                        $"{name} at {depth}: {page.Jobs.Length} jobs");
                }

                TestContext.Current.SendDiagnosticMessage($"{jobs} jobs, {name}, depth {depth:P0}: {best.TotalMilliseconds:F2} ms");
                Assert.True(best < TimeSpan.FromMilliseconds(20), $"A page of {name} at {depth:P0} of {jobs} jobs took {best.TotalMilliseconds:F1} ms.");
            }
        }
    }

    protected override long Iterations => Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") is null ? 12 : 120;

    internal override async Task<(IJobViewStore Store, IJobViewIndex Index)> FreshAsync()
    {
        await _database.WriteAsync(static session => session.Execute("DELETE FROM job_view") + session.Execute("DELETE FROM job_view_candidate")
            + session.Execute("DELETE FROM job_view_metadata"));
        return (new SqliteJobViewStore(_database), new SqliteJobViewIndex(_database));
    }

    // Some of twenty people request or are offered each job; one of seven jobs is open. p8 is asked every time, and has declined nearly all.
    private Task FillAsync(int jobs) => _database.WriteAsync(session => session.Execute(
        """
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)
        INSERT INTO job_view (job_id, version, status, requester, created_at, data)
        SELECT printf('%s-0000-4000-8000-%s', lower(hex(randomblob(4))), lower(hex(randomblob(6)))), 1,
            iif(n % 7 = 0, 'Open', 'Finished'), printf('p%d', n % 20), n,
            CAST(json_object('status', iif(n % 7 = 0, 'Open', 'Finished'), 'version', 1, 'epoch', 1, 'requester', printf('p%d', n % 20), 'title', printf('Clean the windows of house %d', n),
                'candidates', json_array(json_object('id', 'p1'), json_object('id', printf('p%d', n % 7)),
                json_object('id', 'p8', 'answer', iif(n % 4900 = 0, NULL, 'Declined'))), 'tasks', json_array(json_object('id', 't1', 'name', 'windows', 'done', json('false'))),
                'createdAt', '2026-11-24T10:00:00.000+00:00', 'lastEventAt', '2026-11-24T10:00:00.000+00:00') AS BLOB)
        FROM numbers
        """, jobs) + session.Execute("INSERT OR IGNORE INTO job_view_candidate (candidate, created_at, job_id) SELECT value ->> 'id', created_at, job_id FROM job_view, json_each(CAST(data AS TEXT), '$.candidates')")
        + session.Execute(SqliteJobViewTables.OldStandingsScript));
}
