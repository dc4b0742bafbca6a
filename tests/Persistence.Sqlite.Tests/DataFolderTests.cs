using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>Folders that cannot be used: each says so in one clear sentence, and nothing in them changes.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string DatabaseFile => _folder.File(SqliteDatabaseOptions.DefaultFileName);

    [Fact]
    public async Task A_missing_folder_is_made()
    {
        await using var database = Database(_folder.File("a/b/c"));
        await database.OpenAsync();

        Assert.True(File.Exists(Path.Combine(_folder.Path, "a", "b", "c", SqliteDatabaseOptions.DefaultFileName)));
    }

    [Fact]
    public async Task A_folder_takes_one_open_database_object()
    {
        await using var second = Database(_folder.Path);
        await using (var first = Database(_folder.Path))
        {
            await first.OpenAsync();
            await AssertRefusedAsync(second, DataFolderProblem.InUse, "stop that process");
        }

        await second.OpenAsync();
    }

    [Fact]
    public async Task A_second_process_waits_for_the_firsts_end()
    {
        await using var database = Database(_folder.Path);
        using (var owner = await ChildProcess.StartWriterAsync(_folder.Path))
        {
            await owner.WaitForAcknowledgementsAsync(1);
            await AssertRefusedAsync(database, DataFolderProblem.InUse, "stop that process");
            await owner.KillAsync();
        }

        await database.OpenAsync();
    }

    [Theory]
    [InlineData("taken")]
    [InlineData("taken/below")]
    public async Task A_file_in_the_place_of_the_folder_is_refused(string path)
    {
        await File.WriteAllTextAsync(_folder.File("taken"), "a file");
        await using var database = Database(_folder.File(path));

        await AssertRefusedAsync(database, DataFolderProblem.NotAFolder, "a file is in its place");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_refused()
    {
        var folder = _folder.File("read-only");
        if (OperatingSystem.IsWindows())
            Assert.Skip("Uses Unix permissions.");
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        // The superuser may write everywhere but into the kernel's own file system.
        await using var database = Database(Environment.IsPrivilegedProcess ? "/proc/sqlite-tests" : folder);

        await AssertRefusedAsync(database, DataFolderProblem.NotWritable, "write access");
    }

    [Fact]
    public async Task A_newer_file_format_is_refused_untouched()
    {
        await MakeAsync();
        Change("PRAGMA user_version = 99");
        var before = Hash();
        await using var database = Database(_folder.Path);

        await AssertRefusedAsync(database, DataFolderProblem.NewerVersion, "newer version (file format 99, this version knows 1)");

        Assert.Equal(before, Hash());
        Assert.Equal([DatabaseFile, DatabaseFile + ".lock"], Directory.GetFiles(_folder.Path).Order());
    }

    [Fact]
    public async Task A_newer_version_in_the_log_is_refused_untouched()
    {
        await MakeAsync();
        using (var crashed = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            crashed.Open();
            Execute(crashed, "PRAGMA user_version = 99");
            File.Copy(DatabaseFile, DatabaseFile + ".copy");
            File.Copy(DatabaseFile + "-wal", DatabaseFile + ".copy-wal");
        }
        File.Move(DatabaseFile + ".copy", DatabaseFile, overwrite: true);
        File.Move(DatabaseFile + ".copy-wal", DatabaseFile + "-wal", overwrite: true);
        var (file, log) = (Hash(), Hash("-wal"));
        await using var database = Database(_folder.Path);

        await AssertRefusedAsync(database, DataFolderProblem.NewerVersion, "file format 99");

        Assert.Equal((file, log), (Hash(), Hash("-wal")));
    }

    [Fact]
    public async Task A_newer_component_is_refused_untouched()
    {
        await MakeAsync();
        var before = Hash();
        await using (var database = Database(_folder.Path))
        {
            var older = SqliteComponent.OfScripts("things", "CREATE TABLE things (n INTEGER)");
            var exception = await Assert.ThrowsAsync<DataFolderException>(() => database.EnsureAsync(older));

            Assert.Equal(DataFolderProblem.NewerVersion, exception.Problem);
            Assert.Contains("things 2, this version knows 1", exception.Message);
        }

        Assert.Equal(before, Hash());
    }

    [Fact]
    public async Task A_database_of_other_software_is_refused_and_left_untouched()
    {
        Change("CREATE TABLE theirs (n INTEGER)");
        var before = Hash();
        await using var database = Database(_folder.Path);

        await AssertRefusedAsync(database, DataFolderProblem.Foreign, "not made by this software");

        Assert.Equal(before, Hash());
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_untouched()
    {
        await File.WriteAllTextAsync(DatabaseFile, new string('x', 10_000));
        var before = Hash();
        await using var database = Database(_folder.Path);

        await AssertRefusedAsync(database, DataFolderProblem.Foreign, "not made by this software");

        Assert.Equal(before, Hash());
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_writing_continues_afterwards()
    {
        await using var test = await TestDatabase.OpenAsync(static options => options.MaxMegabytes = 1);
        await test.Database.WriteAsync(static session => session.Execute("CREATE TABLE ballast (data BLOB)"));
        await test.Database.WriteAsync(static session => session.Execute("INSERT INTO ballast VALUES (zeroblob(700000))"));

        var exception = await Assert.ThrowsAsync<DataFolderException>(() => test.Database.WriteAsync(static session =>
        {
            TestDatabase.Add(session, 1);
            return session.Execute("INSERT INTO ballast VALUES (zeroblob(700000))");
        }));

        Assert.Equal(DataFolderProblem.Full, exception.Problem);
        Assert.Contains("no space left", exception.Message);
        Assert.Empty(await test.NumbersAsync());
        await test.Database.WriteAsync(static session => session.Execute("DELETE FROM ballast"));
        Assert.Equal(1, await test.AddAsync(1));
    }

    public void Dispose() => _folder.Dispose();

    private static SqliteDatabase Database(string folder) => new(new SqliteDatabaseOptions { DataFolder = folder });

    private static async Task AssertRefusedAsync(SqliteDatabase database, DataFolderProblem problem, string says)
    {
        var exception = await Assert.ThrowsAsync<DataFolderException>(() => database.OpenAsync());

        Assert.Equal(problem, exception.Problem);
        Assert.Contains(says, exception.Message);
        Assert.Contains($"'{database.DataFolder}'", exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.EndsWith(".", exception.Message);
    }

    private async Task MakeAsync()
    {
        await using var database = Database(_folder.Path);
        await database.EnsureAsync(SqliteComponent.OfScripts("things", "CREATE TABLE things (n INTEGER)", "INSERT INTO things VALUES (1)"));
    }

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Execute(connection, sql);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private string Hash(string suffix = "") => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(DatabaseFile + suffix)));
}
