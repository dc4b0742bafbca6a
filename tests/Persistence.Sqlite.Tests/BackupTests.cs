namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_backup_during_writes_opens_as_a_data_folder()
    {
        await using var test = await TestDatabase.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20_000).Select(n => test.AddAsync(2 * n)));
        using var stop = new CancellationTokenSource();
        // Each write adds a pair, so that a copy that is not one moment's state shows as an odd number out.
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = Task.Run(async () =>
        {
            for (var n = 50_001; !stop.IsCancellationRequested; n += 4)
            {
                await test.Database.WriteAsync(session => TestDatabase.Add(session, n) + TestDatabase.Add(session, n + 2));
                underWay.TrySetResult();
            }
        });
        var target = _folder.File(SqliteDatabaseOptions.DefaultFileName);

        await underWay.Task;
        await test.Database.BackupAsync(target);
        await stop.CancelAsync();
        await writing;

        Assert.Equal([target], Directory.GetFiles(_folder.Path));
        await using var copy = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder.Path });
        await copy.OpenAsync();
        var (even, odd, sound) = await copy.ReadAsync(static session => (
            session.First("SELECT count(*) FROM numbers WHERE n % 2 = 0", static row => row.GetInt32(0), -1),
            session.First("SELECT count(*) FROM numbers WHERE n % 2 = 1", static row => row.GetInt32(0), -1),
            session.First("PRAGMA integrity_check", static row => row.GetString(0), "")));
        Assert.Equal((20_000, "ok"), (even, sound));
        Assert.True(odd > 0 && odd % 2 == 0, $"The copy holds {odd} numbers that were written in pairs.");
    }

    [Fact]
    public async Task A_backup_never_overwrites_a_file()
    {
        await using var test = await TestDatabase.OpenAsync();
        var target = _folder.File("backup.db");
        await File.WriteAllTextAsync(target, "precious");

        var exception = await Assert.ThrowsAsync<IOException>(() => test.Database.BackupAsync(target));

        Assert.Contains(target, exception.Message);
        Assert.Equal("precious", await File.ReadAllTextAsync(target));
    }

    [Fact]
    public async Task A_failed_backup_disturbs_no_write()
    {
        await using var test = await TestDatabase.OpenAsync();

        await Assert.ThrowsAnyAsync<IOException>(() => test.Database.BackupAsync(_folder.File("missing/backup.db")));

        Assert.Equal(1, await test.AddAsync(1));
    }

    [Fact]
    public async Task A_cancelled_backup_leaves_nothing_behind()
    {
        await using var test = await TestDatabase.OpenAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => test.Database.BackupAsync(_folder.File("backup.db"), new CancellationToken(canceled: true)));

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
