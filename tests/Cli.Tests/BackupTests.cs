using Microsoft.Data.Sqlite;

namespace JobRequests.Cli.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jobctl-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SqliteConnection Running()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "jobs.db")};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode=WAL; CREATE TABLE jobs(id TEXT PRIMARY KEY); INSERT INTO jobs VALUES('j1');");
        return connection;
    }

    private static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    [Fact]
    public async Task A_running_database_is_copied_with_what_is_committed()
    {
        using var running = Running();
        using var open = running.BeginTransaction();
        Run(running, "INSERT INTO jobs VALUES('uncommitted')");
        var target = Path.Combine(_folder, "it's a copy.db");
        using var jobctl = new Jobctl();

        var run = await jobctl.RunAsync("backup", "--data", _folder, "--to", target);

        Assert.Equal((0, ""), (run.Code, run.Error));
        using var copy = new SqliteConnection($"Data Source={target};Mode=ReadOnly;Pooling=False");
        copy.Open();
        Assert.Equal("j1", Run(copy, "SELECT group_concat(id) FROM jobs"));
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp*"));
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        using var running = Running();
        var target = Path.Combine(_folder, "precious");
        await File.WriteAllTextAsync(target, "precious");
        using var jobctl = new Jobctl();

        var run = await jobctl.RunAsync("backup", "--data", _folder, "--to", target);

        Assert.Equal(64, run.Code);
        Assert.Equal("precious", await File.ReadAllTextAsync(target));
    }

    [Fact]
    public async Task A_folder_without_a_database_is_named()
    {
        using var jobctl = new Jobctl();

        var run = await jobctl.RunAsync("backup", "--data", _folder, "--to", Path.Combine(_folder, "copy.db"));

        Assert.Equal(64, run.Code);
        Assert.Contains(Path.Combine(_folder, "jobs.db"), run.Error);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_file_that_is_no_database_leaves_no_copy()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "jobs.db"), new string('x', 10_000));
        using var jobctl = new Jobctl();

        var run = await jobctl.RunAsync("backup", "--data", _folder, "--to", Path.Combine(_folder, "copy.db"));

        Assert.Equal(74, run.Code);
        Assert.Single(Directory.GetFiles(_folder));
    }
}
