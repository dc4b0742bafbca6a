using JobRequests.Grains.Abstractions;
using JobRequests.Persistence.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace JobRequests.Silo.Tests;

public sealed class SqliteJobEventLogTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"events-{Guid.NewGuid():N}");
    private readonly SetClock _time = new();
    private SqliteDatabase _database = null!;
    private SqliteJobEventLog _log = null!;

    public async ValueTask InitializeAsync() => (_database, _log) = await OpenAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        foreach (var copy in Directory.GetDirectories(Path.GetTempPath(), Path.GetFileName(_folder) + "*")) Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task Events_are_read_in_their_order_from_any_position()
    {
        for (var version = 1; version <= 5; version++)
            foreach (var job in (string[])["a", "b"]) await _log.AppendAsync(Event(job, version));

        var all = await ReadAsync();

        Assert.Equal(["a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4", "a5", "b5"], all.Select(static logged => Name(logged.Event!)));
        var two = await _log.ReadAsync(all[3].Position, 2, TestContext.Current.CancellationToken);
        Assert.Equal(["b2", "a3"], two.Select(static logged => Name(logged.Event!)));
        Assert.Equal(Event("b", 5), all[^1].Event);
    }

    [Fact]
    public async Task An_event_that_is_published_again_stays_where_it_is()
    {
        for (var version = 1; version <= 3; version++) await _log.AppendAsync(Event("a", version));
        var before = await ReadAsync();

        await _log.AppendAsync(Event("a", 2));
        await _log.AppendAsync(Event("a", 3));

        Assert.Equal(before, await ReadAsync());
    }

    [Fact]
    public async Task Many_writers_leave_no_position_that_is_filled_later()
    {
        var seen = new List<LoggedEvent>();
        var writing = Task.WhenAll(Enumerable.Range(0, 20).Select(job => Task.Run(async () =>
        {
            for (var version = 1; version <= 25; version++) await _log.AppendAsync(Event($"job{job}", version));
        })));
        while (seen.Count < 500)
        {
            var appended = _log.Appended;
            var next = await _log.ReadAsync(seen.Count == 0 ? 0 : seen[^1].Position + 1, 64, TestContext.Current.CancellationToken);
            seen.AddRange(next);
            if (next.Count == 0) await appended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        await writing;
        Assert.Equal(await ReadAsync(), seen);
        Assert.All(seen.GroupBy(static logged => logged.Event!.JobRequestId),
            static job => Assert.Equal(Enumerable.Range(1, 25), job.Select(static logged => logged.Event!.Version)));
    }

    [Fact]
    public async Task Old_events_go_and_positions_are_never_given_twice()
    {
        for (var version = 1; version <= 4; version++) await _log.AppendAsync(Event("a", version));
        var (first, next) = await BoundsAsync();
        _time.Now += TimeSpan.FromDays(8);
        for (var version = 1; version <= 2; version++) await _log.AppendAsync(Event("b", version));

        Assert.Equal(["b1", "b2"], (await ReadAsync()).Select(static logged => Name(logged.Event!)));
        Assert.Equal((next, next + 2), await BoundsAsync());
        Assert.Equal(4, next - first);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_hides_no_other()
    {
        for (var version = 1; version <= 3; version++) await _log.AppendAsync(Event("a", version));
        await _database.WriteAsync(static session => session.Execute("UPDATE event_log SET data = $1 WHERE version = 2", "{\"later\":1}"u8.ToArray()));

        Assert.Equal(["a1", null, "a3"], (await ReadAsync()).Select(static logged => logged.Event is { } jobEvent ? Name(jobEvent) : null));
    }

    [Fact]
    public async Task A_log_is_told_from_a_backup_of_itself()
    {
        await _log.AppendAsync(Event("a", 1));
        var copy = _folder + "-copy";
        Directory.CreateDirectory(copy);
        await _database.BackupAsync(Path.Combine(copy, Path.GetFileName(_database.FilePath)), TestContext.Current.CancellationToken);
        var (database, restored) = await OpenAsync(copy);
        await using var _ = database;

        Assert.Equal(await ReadAsync(), await restored.ReadAsync(0, 10, TestContext.Current.CancellationToken));
        Assert.NotEqual(
            (await _log.DescribeAsync(TestContext.Current.CancellationToken)).Log, (await restored.DescribeAsync(TestContext.Current.CancellationToken)).Log);
    }

    private async Task<(SqliteDatabase Database, SqliteJobEventLog Log)> OpenAsync(string folder)
    {
        var database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = folder });
        await database.EnsureAsync(SqliteJobEventLog.Component);
        return (database, new SqliteJobEventLog(database, Options.Create(new EventLogOptions()), _time, NullLogger<SqliteJobEventLog>.Instance));
    }

    private Task<IReadOnlyList<LoggedEvent>> ReadAsync() => _log.ReadAsync(0, 1_000, TestContext.Current.CancellationToken);

    private async Task<(long First, long Next)> BoundsAsync()
    {
        var range = await _log.DescribeAsync(TestContext.Current.CancellationToken);
        return (range.First, range.Next);
    }

    private static string Name(JobEvent jobEvent) => $"{jobEvent.JobRequestId}{jobEvent.Version}";

    private static JobEvent Event(string job, int version) =>
        new(job, version, "JobDeclined", DateTimeOffset.UnixEpoch.AddSeconds(version), "ann", "k1", Epoch: 0, JobEventData.None);

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
