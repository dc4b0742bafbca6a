using System.CommandLine;
using JobRequests.Cli.Output;
using Microsoft.Data.Sqlite;

namespace JobRequests.Cli.Verbs;

/// <summary>Copies the database of an embedded service while it runs.</summary>
internal static class Backup
{
    private const string DatabaseName = "jobs.db";

    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = "The data folder of an embedded service", HelpName = "PATH", Required = true };
        var to = new Option<string>("--to") { Description = "The file to write; it must not exist", HelpName = "FILE", Required = true };
        var verb = new Command("backup", "Copy an embedded service's database while it runs") { data, to };
        verb.SetAction(parsed =>
        {
            var source = Path.Combine(Path.GetFullPath(parsed.GetRequiredValue(data)), DatabaseName);
            var target = Path.GetFullPath(parsed.GetRequiredValue(to));
            if (!File.Exists(source))
                throw new UsageException($"There is no database at {source}.");
            if (Path.Exists(target))
                throw new UsageException($"{target} exists already; a backup overwrites nothing.");

            Copy(source, target);
            Terminal.Good($"{source} is copied to {target} ({new FileInfo(target).Length / 1024.0:0} KB). "
                + $"To restore: stop the service, put the file in place of {DatabaseName} and delete {DatabaseName}-wal and {DatabaseName}-shm.");
        });
        return verb;
    }

    /// <summary>The name appears last, when the copy is whole, checked and on the disk.</summary>
    private static void Copy(string source, string target)
    {
        var aside = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var database = Open(source))
                Run(database, "VACUUM INTO $file", ("$file", aside));
            using (var copy = Open(aside))
            {
                if (Run(copy, "PRAGMA quick_check") is not "ok")
                    throw new IOException($"The copy of {source} is damaged; nothing was written.");
            }

            using (var file = new FileStream(aside, FileMode.Open, FileAccess.ReadWrite))
                file.Flush(flushToDisk: true);
            File.Move(aside, target, overwrite: false);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static object? Run(SqliteConnection connection, string sql, params (string Name, string Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command.ExecuteScalar();
    }
}
