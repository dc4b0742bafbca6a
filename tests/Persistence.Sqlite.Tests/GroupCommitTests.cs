using Microsoft.Data.Sqlite;

namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class GroupCommitTests
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Writes_queued_behind_a_busy_writer_share_one_commit()
    {
        await using var test = await TestDatabase.OpenAsync();
        var gate = await test.HoldWriterAsync();
        var writes = Enumerable.Range(0, 64).Select(n => test.AddAsync(n)).ToList();
        await gate.OpenAsync();

        Assert.All(await Task.WhenAll(writes), static changed => Assert.Equal(1, changed));

        Assert.Equal(2, test.Commits); // the gate's, and one for all 64
        Assert.Equal(Enumerable.Range(0, 64), await test.NumbersAsync());
    }

    [Fact]
    public async Task A_group_never_exceeds_its_maximum_size()
    {
        await using var test = await TestDatabase.OpenAsync(static options => options.MaxGroupSize = 10);
        var gate = await test.HoldWriterAsync();
        var writes = Enumerable.Range(0, 25).Select(n => test.AddAsync(n)).ToList();
        await gate.OpenAsync();

        await Task.WhenAll(writes);

        Assert.Equal(1 + 3, test.Commits);
    }

    [Fact]
    public async Task Operations_that_throw_fail_alone_among_64()
    {
        await using var test = await TestDatabase.OpenAsync();
        var gate = await test.HoldWriterAsync();
        var writes = Enumerable.Range(0, 64).Select(n => n % 13 == 5
            ? test.Database.WriteAsync<int>(session =>
            {
                TestDatabase.Add(session, n);
                throw new InvalidDataException($"operation {n}");
            })
            : test.AddAsync(n)).ToList();
        await gate.OpenAsync();

        for (var n = 0; n < 64; n++)
        {
            if (n % 13 == 5)
                Assert.Equal($"operation {n}", (await Assert.ThrowsAsync<InvalidDataException>(() => writes[n])).Message);
            else
                Assert.Equal(1, await writes[n]);
        }

        Assert.Equal(Enumerable.Range(0, 64).Where(static n => n % 13 != 5), await test.NumbersAsync());
    }

    [Fact]
    public async Task A_violated_constraint_fails_its_operation_alone()
    {
        await using var test = await TestDatabase.OpenAsync();
        await test.AddAsync(7);
        var gate = await test.HoldWriterAsync();
        var writes = Enumerable.Range(0, 10).Select(n => test.AddAsync(n)).ToList();
        await gate.OpenAsync();

        var exception = await Assert.ThrowsAsync<SqliteException>(() => writes[7]);

        Assert.Equal(19, exception.SqliteErrorCode); // SQLITE_CONSTRAINT
        await Task.WhenAll(writes.Where(static (_, n) => n != 7));
        Assert.Equal(Enumerable.Range(0, 10), await test.NumbersAsync());
    }

    [Fact]
    public async Task Operations_that_make_SQLite_roll_everything_back_fail_alone()
    {
        await using var test = await TestDatabase.OpenAsync();
        await test.AddAsync(100);
        var gate = await test.HoldWriterAsync();
        var writes = Enumerable.Range(0, 20).Select(n => n is 4 or 11
            ? test.Database.WriteAsync(static session => session.Execute("INSERT OR ROLLBACK INTO numbers (n) VALUES (100)"))
            : test.AddAsync(n)).ToList();
        await gate.OpenAsync();

        await Assert.ThrowsAsync<SqliteException>(() => writes[4]);
        await Assert.ThrowsAsync<SqliteException>(() => writes[11]);
        await Task.WhenAll(writes.Where(static (_, n) => n is not (4 or 11)));
        Assert.Equal([.. Enumerable.Range(0, 20).Where(static n => n is not (4 or 11)), 100], await test.NumbersAsync());
    }

    [Fact]
    public async Task An_operation_that_ends_the_transaction_is_refused()
    {
        await using var test = await TestDatabase.OpenAsync();

        var exception = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => test.Database.WriteAsync(static session => session.Execute("ROLLBACK")));

        Assert.Contains("must not run BEGIN, COMMIT or ROLLBACK", exception.Message);
        Assert.Equal(1, await test.AddAsync(1));
    }

    [Fact]
    public async Task A_failed_commit_fails_its_whole_group()
    {
        await using var test = await TestDatabase.OpenAsync();
        var gate = await test.HoldWriterAsync();
        var writes = Enumerable.Range(0, 8).Select(n => test.AddAsync(n)).ToList();
        var seen = 0;
        test.OnCommit = stage =>
        {
            if (stage == CommitStage.Before && ++seen == 2)
                throw new SqliteException("disk full", 13);
        };
        await gate.OpenAsync();

        foreach (var write in writes)
            Assert.Equal(DataFolderProblem.Full, (await Assert.ThrowsAsync<DataFolderException>(() => write)).Problem);

        Assert.Empty(await test.NumbersAsync());
        Assert.Equal(1, await test.AddAsync(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_IO_error_on_commit_leaves_the_outcome_unknown(bool committed)
    {
        await using var test = await TestDatabase.OpenAsync();
        test.OnCommit = stage =>
        {
            if (stage == (committed ? CommitStage.After : CommitStage.Before))
            {
                test.OnCommit = null;
                throw new SqliteException("I/O error", 10);
            }
        };

        await Assert.ThrowsAsync<CommitUnknownException>(() => test.AddAsync(1));

        Assert.Equal(committed ? [1] : [], await test.NumbersAsync());
        Assert.Equal(1, await test.AddAsync(2));
    }

    [Fact]
    public async Task A_soon_write_rides_with_the_next_urgent_one()
    {
        await using var test = await TestDatabase.OpenAsync(static options => options.CoalesceWindow = TimeSpan.FromSeconds(10));
        var soon = Enumerable.Range(0, 5).Select(n => test.AddAsync(n, WritePriority.Soon)).ToList();

        await test.AddAsync(5).WaitAsync(WaitLimit);
        await Task.WhenAll(soon).WaitAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(1, test.Commits);
        Assert.Equal(Enumerable.Range(0, 6), await test.NumbersAsync());
    }

    [Fact]
    public async Task Soon_writes_alone_are_committed_together_when_their_window_ends()
    {
        await using var test = await TestDatabase.OpenAsync(static options => options.CoalesceWindow = TimeSpan.FromMilliseconds(500));
        var started = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => test.AddAsync(n, WritePriority.Soon))).WaitAsync(WaitLimit);

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(495), "They did not wait for company.");
        Assert.Equal(1, test.Commits);
    }

    [Fact]
    public async Task A_full_group_does_not_wait_for_its_window()
    {
        await using var test = await TestDatabase.OpenAsync(static options => (options.CoalesceWindow, options.MaxGroupSize) = (TimeSpan.FromSeconds(10), 8));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => test.AddAsync(n, WritePriority.Soon))).WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(1, test.Commits);
    }

    [Fact]
    public async Task Overdue_soon_writes_are_not_starved_by_urgent_ones()
    {
        await using var test = await TestDatabase.OpenAsync(static options => (options.CoalesceWindow, options.MaxGroupSize) = (TimeSpan.Zero, 8));
        var order = new List<WritePriority>();
        var gate = await test.HoldWriterAsync();
        var writes = Enumerable.Range(0, 100).Select(n => n < 96 ? WritePriority.Now : WritePriority.Soon).Select(priority => test.Database.WriteAsync(_ =>
        {
            order.Add(priority);
            return true;
        }, priority)).ToList();
        await gate.OpenAsync();
        await Task.WhenAll(writes);

        Assert.Equal(2, order.Take(8).Count(static priority => priority == WritePriority.Soon));
    }

    [Fact]
    public async Task A_write_cancelled_in_the_queue_is_never_run()
    {
        await using var test = await TestDatabase.OpenAsync();
        using var cancellationToken = new CancellationTokenSource();
        var gate = await test.HoldWriterAsync();
        var cancelled = test.AddAsync(1, WritePriority.Now, cancellationToken.Token);
        var kept = test.AddAsync(2);
        await cancellationToken.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await gate.OpenAsync();
        await kept;

        Assert.Equal([2], await test.NumbersAsync());
    }

    [Fact]
    public async Task Callers_never_continue_on_the_threads_of_the_database()
    {
        await using var test = await TestDatabase.OpenAsync();

        var writer = await test.Database.WriteAsync(static _ => Thread.CurrentThread.Name);
        Assert.Equal("SQLite writer", writer);
        Assert.NotEqual(writer, Thread.CurrentThread.Name);
        var reader = await test.Database.ReadAsync(static _ => Thread.CurrentThread.Name);
        Assert.StartsWith("SQLite reader", reader);
        Assert.NotEqual(reader, Thread.CurrentThread.Name);
    }
}
