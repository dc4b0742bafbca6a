using Microsoft.Data.Sqlite;

namespace JobRequests.Persistence.Sqlite;

internal static class SqliteBackup
{
    public static void Write(SqliteDatabaseOptions options, string targetFile, CancellationToken cancellationToken)
    {
        if (File.Exists(targetFile))
            throw new IOException($"The backup file '{targetFile}' exists already and was left untouched: name a new file.");
        // Under its own name only when complete and on the disk: a half-written copy must never look like a backup.
        var partial = targetFile + ".partial";
        File.Delete(partial);
        try
        {
            using (var session = SqliteConnections.Open(options, SqliteOpenMode.ReadWrite))
            {
                using var cancellation = cancellationToken.UnsafeRegister(static state => SQLitePCL.raw.sqlite3_interrupt((SQLitePCL.sqlite3)state!), session.Connection.Handle);
                session.Execute("VACUUM INTO $1", partial);
            }
            using (var file = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                file.Flush(flushToDisk: true);
            File.Move(partial, targetFile, overwrite: false);
        }
        catch (SqliteException exception)
        {
            File.Delete(partial);
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"The backup to '{targetFile}' failed and left nothing behind: {exception.Message}", exception);
        }
    }
}
