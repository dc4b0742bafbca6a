using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Copies a database that may be in use, and puts a copy in the place of a database that is not.</summary>
public static class SqliteBackup
{
    /// <summary>What a restore that was cut off leaves beside the database; no process starts on it.</summary>
    internal const string RestoringSuffix = ".restoring";

    /// <summary>Writes a consistent copy while the database is in use. Only its owner may read the copy.</summary>
    /// <param name="databaseFile">The database.</param>
    /// <param name="targetFile">Must not exist yet; its folder must.</param>
    /// <param name="cancellationToken">Cancels the copy; nothing is left behind.</param>
    /// <exception cref="IOException">The target exists or cannot be written, or the copy is damaged; nothing is left behind.</exception>
    public static void Write(string databaseFile, string targetFile, CancellationToken cancellationToken = default)
    {
        if (Path.Exists(targetFile))
            throw new IOException($"The backup file '{targetFile}' exists already and was left untouched: name a new file.");
        // Under its own name only when complete, checked and on the disk: a half-written copy must never look like a backup.
        var partial = targetFile + ".partial";
        File.Delete(partial);
        try
        {
            OwnerOnly.Create(partial).Dispose();
            using (var session = SqliteConnections.Open(OptionsOf(databaseFile), SqliteOpenMode.ReadOnly))
            {
                using var interrupt = cancellationToken.UnsafeRegister(
                    static state => raw.sqlite3_interrupt((sqlite3)state!), session.Connection.Handle);
                session.Execute("VACUUM INTO $1", partial);
            }

            using (var copy = SqliteConnections.Open(OptionsOf(partial), SqliteOpenMode.ReadWrite))
            {
                SqliteIdentity.Renew(copy);
                SqliteSchema.CheckContent(copy, partial);
            }

            Flush(partial);
            File.Move(partial, targetFile, overwrite: false);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            File.Delete(partial);
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"The backup to '{targetFile}' failed and left nothing behind: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Puts a backup in the place of the database in a folder that no process uses. What was there, its log included, is moved into a new folder beside it.
    /// </summary>
    /// <returns>Where the earlier files are now; null when there were none.</returns>
    /// <exception cref="FileNotFoundException">There is no such backup.</exception>
    /// <exception cref="DataFolderException">The folder is in use, or the backup is damaged, newer, or not of this software; nothing was changed.</exception>
    public static string? Restore(string backupFile, string dataFolder, string fileName)
    {
        if (!File.Exists(backupFile))
            throw new FileNotFoundException($"There is no backup at '{backupFile}'.", backupFile);
        var options = new SqliteDatabaseOptions { DataFolder = Path.GetFullPath(dataFolder), FileName = fileName };
        var database = options.DatabaseFile;
        using var held = DataFolderLock.Take(options.DataFolder, database + ".lock");
        var restoring = database + RestoringSuffix;
        File.Delete(restoring);
        try
        {
            using (var from = File.OpenRead(backupFile))
            using (var to = OwnerOnly.Create(restoring))
                from.CopyTo(to);
            CheckBackup(restoring, backupFile);
            Flush(restoring);
        }
        catch (Exception)
        {
            File.Delete(restoring);
            throw;
        }

        held.Note = "";
        var earlier = MoveAway(database);
        File.Move(restoring, database);
        return earlier;
    }

    private static void CheckBackup(string copy, string backupFile)
    {
        try
        {
            SqliteSchema.Inspect(OptionsOf(copy));
            using var session = SqliteConnections.Open(OptionsOf(copy), SqliteOpenMode.ReadWrite);
            SqliteSchema.CheckContent(session, backupFile);
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Describe(exception, Path.GetDirectoryName(backupFile)!);
        }
    }

    private static string? MoveAway(string database)
    {
        string[] files = [.. new[] { database, database + "-wal", database + "-shm" }.Where(Path.Exists)];
        if (files.Length == 0)
            return null;
        var folder = $"{database}.replaced-{DateTime.UtcNow:yyyyMMddTHHmmssfff}";
        OwnerOnly.CreateFolder(folder);
        foreach (var file in files)
            File.Move(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    private static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static SqliteDatabaseOptions OptionsOf(string file) =>
        new() { DataFolder = Path.GetDirectoryName(Path.GetFullPath(file))!, FileName = Path.GetFileName(file) };
}
