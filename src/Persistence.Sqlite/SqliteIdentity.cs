using Microsoft.Data.Sqlite;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// A number that each database file has for itself, and each backup again. The lock file notes it. So a log that was left by another file, as when a
/// backup is copied over a database by hand, is told from the file's own: SQLite itself would mix the two.
/// </summary>
internal static class SqliteIdentity
{
    private const string Exists = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'file_identity'";
    private const string Read = "SELECT id FROM file_identity";

    /// <summary>Gives the file a number if it has none.</summary>
    /// <returns>The number; empty while it is only in the log, as when another program reads an older state: the file alone could not be told by it.</returns>
    public static string Ensure(SqliteSession writer)
    {
        if (Of(writer) is null)
        {
            writer.Script("CREATE TABLE IF NOT EXISTS file_identity (id TEXT NOT NULL) STRICT");
            writer.Execute("INSERT INTO file_identity (id) VALUES ($1)", New());
        }

        // Pages in the log, and those of them that are in the file.
        var (inLog, inFile) = writer.First("PRAGMA wal_checkpoint(PASSIVE)", static row => (row.GetInt32(1), row.GetInt32(2)), (0, -1));
        return inLog == inFile ? Of(writer)! : "";
    }

    /// <summary>A copy is another file.</summary>
    public static void Renew(SqliteSession copy)
    {
        if (Of(copy) is not null)
            copy.Execute("UPDATE file_identity SET id = $1", New());
    }

    /// <exception cref="DataFolderException">The log was left by another file.</exception>
    public static void CheckLog(SqliteDatabaseOptions options, string noted)
    {
        if (noted.Length == 0)
            return;
        string? found;
        try
        {
            using var file = SqliteConnections.OpenImmutable(options);
            found = Of(file);
        }
        catch (SqliteException)
        {
            // Between the pages of a checkpoint that was cut off the file alone may be unreadable; the check of the content that follows sees it with its log.
            return;
        }

        if (found != noted)
            throw SqliteFailure.OtherLog(options.DataFolder, options.FileName);
    }

    private static string? Of(SqliteSession session) => session.First(Exists, static _ => true, false)
        ? session.First(Read, static row => (string?)row.GetString(0), null)
        : null;

    private static string New() => Guid.NewGuid().ToString("N");
}
