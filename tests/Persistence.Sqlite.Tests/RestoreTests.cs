using Microsoft.Data.Sqlite;

namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>What a killed process leaves, and backups put in its place: by hand, and as they should be.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _elsewhere = new();

    private string DatabaseFile => _folder.File(SqliteDatabaseOptions.DefaultFileName);

    private string Backup => _elsewhere.File("backup.db");

    [Fact]
    public async Task A_backup_over_the_log_of_another_file_is_refused()
    {
        await LeaveLogAndBackupAsync();
        File.Copy(Backup, DatabaseFile, overwrite: true);
        var before = await ContentsAsync();

        var refused = await Assert.ThrowsAsync<DataFolderException>(OpenAsync);

        Assert.Equal(DataFolderProblem.OtherLog, refused.Problem);
        Assert.Equal(before, await ContentsAsync());
    }

    [Fact]
    public async Task A_restore_moves_the_old_files_away_and_opens()
    {
        await LeaveLogAndBackupAsync();

        var earlier = SqliteBackup.Restore(Backup, _folder.Path, SqliteDatabaseOptions.DefaultFileName);

        Assert.Contains(SqliteDatabaseOptions.DefaultFileName + "-wal", Directory.GetFiles(earlier!).Select(Path.GetFileName));
        Assert.False(File.Exists(DatabaseFile + "-wal"));
        await OpenAsync();
        Assert.True(File.Exists(Backup));
    }

    [Fact]
    public async Task A_killed_process_log_is_its_own()
    {
        await LeaveLogAndBackupAsync();

        await OpenAsync();
    }

    [Fact]
    public async Task A_restore_into_a_folder_in_use_is_refused()
    {
        await LeaveLogAndBackupAsync();
        await using var database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder.Path });
        await database.OpenAsync();

        Assert.Equal(DataFolderProblem.InUse,
            Assert.Throws<DataFolderException>(() => SqliteBackup.Restore(Backup, _folder.Path, SqliteDatabaseOptions.DefaultFileName)).Problem);
    }

    [Theory]
    [InlineData(DataFolderProblem.Foreign)]
    [InlineData(DataFolderProblem.Damaged)]
    public async Task A_restore_of_a_bad_backup_changes_nothing(DataFolderProblem problem)
    {
        await LeaveLogAndBackupAsync();
        if (problem == DataFolderProblem.Foreign)
            await File.WriteAllTextAsync(Backup, new string('x', 10_000));
        else
            Damage(Backup);
        var before = await ContentsAsync();

        Assert.Equal(
            problem, Assert.Throws<DataFolderException>(() => SqliteBackup.Restore(Backup, _folder.Path, SqliteDatabaseOptions.DefaultFileName)).Problem);
        Assert.Equal(before, await ContentsAsync());
    }

    [Fact]
    public async Task An_interrupted_restore_must_be_done_again()
    {
        await LeaveLogAndBackupAsync();
        await File.WriteAllTextAsync(DatabaseFile + ".restoring", "half");

        Assert.Equal(DataFolderProblem.HalfRestored, (await Assert.ThrowsAsync<DataFolderException>(OpenAsync)).Problem);
        SqliteBackup.Restore(Backup, _folder.Path, SqliteDatabaseOptions.DefaultFileName);
        await OpenAsync();
    }

    [Fact]
    public async Task A_damaged_file_is_found_after_an_unclean_end()
    {
        await LeaveLogAndBackupAsync();
        using (var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            connection.Open();
            Execute(connection,
                "CREATE TABLE more (n INTEGER PRIMARY KEY, t TEXT); WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 2000) INSERT INTO "
                    + "more SELECT n, hex(randomblob(200)) FROM i", "PRAGMA wal_checkpoint(TRUNCATE)", "INSERT INTO more VALUES (0, '')");
            File.Copy(DatabaseFile, _elsewhere.File("db"));
            File.Copy(DatabaseFile + "-wal", _elsewhere.File("wal"));
        }

        File.Copy(_elsewhere.File("db"), DatabaseFile, overwrite: true);
        File.Copy(_elsewhere.File("wal"), DatabaseFile + "-wal", overwrite: true);
        Damage(DatabaseFile);

        Assert.Equal(DataFolderProblem.Damaged, (await Assert.ThrowsAsync<DataFolderException>(OpenAsync)).Problem);
    }

    [Fact]
    public async Task A_check_tells_of_damage_that_a_read_has_met()
    {
        await using var test = await TestDatabase.OpenAsync();
        await test.Database.CheckAsync();

        await Assert.ThrowsAsync<DataFolderException>(
            () => test.Database.ReadAsync<int>(_ => throw new SqliteException("malformed", SQLitePCL.raw.SQLITE_CORRUPT)));

        Assert.Equal(DataFolderProblem.Damaged, (await Assert.ThrowsAsync<DataFolderException>(() => test.Database.CheckAsync())).Problem);
    }

    [Fact]
    public async Task A_check_reports_failing_writes_and_their_end()
    {
        await using var test = await TestDatabase.OpenAsync();
        test.OnCommit = stage => throw new SqliteException("full", SQLitePCL.raw.SQLITE_FULL);
        await Assert.ThrowsAsync<DataFolderException>(() => test.AddAsync(1));

        Assert.Equal(DataFolderProblem.Full, (await Assert.ThrowsAsync<DataFolderException>(() => test.Database.CheckAsync())).Problem);

        // Nobody writes in the meantime.
        test.OnCommit = null;
        await test.Database.CheckAsync();
    }

    [Fact]
    public async Task Only_the_owner_may_read_what_is_made()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Uses Unix permissions.");
        else
        {
            var folder = _folder.File("data");
            await using var database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = folder });
            await database.OpenAsync();
            await database.BackupAsync(Backup);

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
            foreach (var file in (string[])[.. Directory.GetFiles(folder), Backup])
                Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
        }
    }

    [Fact]
    public async Task A_dangling_database_link_is_named()
    {
        File.CreateSymbolicLink(DatabaseFile, _elsewhere.File("gone.db"));

        Assert.Contains("which does not exist", (await Assert.ThrowsAsync<DataFolderException>(OpenAsync)).Message);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    /// <summary>A backup from the middle of the work of a process that was killed later.</summary>
    private async Task LeaveLogAndBackupAsync()
    {
        using var owner = await ChildProcess.StartWriterAsync(_folder.Path);
        await owner.WaitForAcknowledgementsAsync(20);
        SqliteBackup.Write(DatabaseFile, Backup);
        await owner.WaitForAcknowledgementsAsync(40);
        await owner.KillAsync();
        Assert.True(new FileInfo(DatabaseFile + "-wal").Length > 0);
    }

    private async Task OpenAsync()
    {
        await using var database = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder.Path });
        await database.OpenAsync();
    }

    private async Task<string[]> ContentsAsync()
    {
        var files = Directory.GetFiles(_folder.Path).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Order();
        return await Task.WhenAll(
            files.Select(async file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file)))}"));
    }

    private static void Damage(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = 4096;
        var junk = new byte[(int)Math.Min(stream.Length - 4096, 40_000)];
        Array.Fill(junk, (byte)0xA5);
        stream.Write(junk);
    }

    private static void Execute(SqliteConnection connection, params string[] scripts)
    {
        foreach (var script in scripts)
        {
            using var command = connection.CreateCommand();
            command.CommandText = script;
            command.ExecuteNonQuery();
        }
    }
}
