using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Closing_keeps_queued_writes_and_refuses_later_ones()
    {
        var test = await TestDatabase.OpenAsync(options => options.DataFolder = _folder.Path);
        var gate = await test.HoldWriterAsync();
        var queued = Enumerable.Range(0, 50).Select(n => test.AddAsync(n, n % 2 == 0 ? WritePriority.Now : WritePriority.Soon)).ToList();
        var closing = test.Database.DisposeAsync().AsTask();
        await gate.OpenAsync();
        await closing;
        await Task.WhenAll(queued);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.AddAsync(50));
        await Assert.ThrowsAsync<ObjectDisposedException>(test.NumbersAsync);
        Assert.False(File.Exists(test.Database.FilePath + "-wal"), "The log was not folded into the file.");
        await using var again = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder.Path });
        await again.OpenAsync();
        Assert.Equal(50, await again.ReadAsync(static session => session.First("SELECT count(*) FROM numbers", static row => row.GetInt32(0), -1)));
    }

    [Fact]
    public async Task An_unopened_database_says_what_to_call()
    {
        await using var database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder.Path });

        Assert.Contains("OpenAsync", Assert.Throws<InvalidOperationException>(() => { _ = database.ReadAsync(static _ => 1); }).Message);
    }

    [Fact]
    public async Task Readers_cannot_write()
    {
        await using var test = await TestDatabase.OpenAsync();

        await Assert.ThrowsAsync<DataFolderException>(() => test.Database.ReadAsync(static session => TestDatabase.Add(session, 1)));

        Assert.Empty(await test.NumbersAsync());
    }

    [Fact]
    public async Task A_read_that_throws_leaves_its_reader_usable()
    {
        await using var test = await TestDatabase.OpenAsync(static options => options.Readers = 1);

        await Assert.ThrowsAsync<SqliteException>(() => test.Database.ReadAsync(static session => session.Execute("SELECT * FROM nothing")));

        Assert.Empty(await test.NumbersAsync());
    }

    [Fact]
    public async Task A_cancelled_read_ends_while_its_statement_runs()
    {
        await using var test = await TestDatabase.OpenAsync(static options => options.Readers = 1);
        using var gone = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var endless = test.Database.ReadAsync(session =>
        {
            began.SetResult();
            return session.First("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", static row => row.GetInt64(0), 0L);
        }, gone.Token);
        await began.Task;

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(await test.NumbersAsync());
    }

    [Fact]
    public async Task Every_commit_is_synced_to_a_write_ahead_log()
    {
        await using var test = await TestDatabase.OpenAsync();

        var (journal, synchronous) = await test.Database.WriteAsync(static session => (
            session.First("PRAGMA journal_mode", static row => row.GetString(0), ""),
            session.First("PRAGMA synchronous", static row => row.GetInt32(0), -1)));

        Assert.Equal(("wal", 2), (journal, synchronous));
    }

    [Fact]
    public async Task Statements_built_from_values_do_not_pile_up()
    {
        await using var test = await TestDatabase.OpenAsync(static options => options.Readers = 1);
        for (var i = 0; i < 1000; i++)
            Assert.Equal(i, await test.Database.ReadAsync(session => session.First($"SELECT {i} + $1", static row => row.GetInt32(0), -1, 0)));
    }

    [Fact]
    public async Task Migrations_run_once_each_and_in_order()
    {
        await using var database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder.Path });
        string[] scripts =
        [
            "CREATE TABLE steps (n INTEGER NOT NULL) STRICT; INSERT INTO steps VALUES (1)",
            "INSERT INTO steps SELECT 10 * max(n) FROM steps",
            "INSERT INTO steps SELECT max(n) + 5 FROM steps",
        ];

        await database.EnsureAsync(SqliteComponent.OfScripts("steps", scripts[..2]));
        await database.EnsureAsync(SqliteComponent.OfScripts("steps", scripts[..2]));
        await database.EnsureAsync(SqliteComponent.OfScripts("steps", scripts));

        Assert.Equal(
            [1, 10, 15], await database.ReadAsync(static session => session.Query("SELECT n FROM steps ORDER BY rowid", static row => row.GetInt32(0))));
    }

    [Fact]
    public async Task A_migration_that_fails_changes_nothing_and_can_be_repeated()
    {
        await using var database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder.Path });
        var first = "CREATE TABLE steps (n INTEGER NOT NULL) STRICT";

        await Assert.ThrowsAsync<SqliteException>(() => database.EnsureAsync(SqliteComponent.OfScripts("steps", first, "INSERT INTO misspelt VALUES (1)")));
        await database.EnsureAsync(SqliteComponent.OfScripts("steps", first, "INSERT INTO steps VALUES (1)"));

        Assert.Equal(1, await database.ReadAsync(static session => session.First("SELECT n FROM steps", static row => row.GetInt32(0), -1)));
    }

    [Fact]
    public void Options_out_of_range_are_named_with_rule_and_value()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new SqliteDatabase(new SqliteDatabaseOptions
        {
            DataFolder = " ",
            FileName = "../other.db",
            MaxGroupSize = 0,
            Readers = 100,
            CoalesceWindow = TimeSpan.FromHours(1),
            BusyTimeout = TimeSpan.Zero,
            MaxMegabytes = 0,
        }));

        Assert.Equal(
            ["DataFolder", "FileName", "MaxGroupSize", "Readers", "CoalesceWindow", "BusyTimeout", "MaxMegabytes"],
            exception.Failures.Select(static failure => failure.Split(' ')[0]));
        Assert.Contains("'../other.db'", exception.Message);
    }

    public void Dispose() => _folder.Dispose();
}
