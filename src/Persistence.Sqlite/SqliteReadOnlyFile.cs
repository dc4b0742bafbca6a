using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// Reads a database file, alone or while another process writes it: takes no lock file, keeps nobody from writing and changes nothing in it.
/// </summary>
public static class SqliteReadOnlyFile
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFolderException">The file is not of this software, is of a newer version, is damaged, or cannot be opened.</exception>
    public static SqliteSession Open(string dataFolder, string fileName)
    {
        var options = new SqliteDatabaseOptions { DataFolder = dataFolder, FileName = fileName };
        if (!File.Exists(options.DatabaseFile))
            throw new FileNotFoundException(
                $"There is no database at '{options.DatabaseFile}': name the data folder of an embedded service.", options.DatabaseFile);
        try
        {
            return OpenInspected(options);
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Describe(exception, dataFolder);
        }
    }

    /// <summary>Runs a read; what SQLite reports about the file becomes a <see cref="DataFolderException"/>.</summary>
    public static T Read<T>(string dataFolder, Func<T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return read();
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Describe(exception, dataFolder);
        }
    }

    private static SqliteSession OpenInspected(SqliteDatabaseOptions options)
    {
        var session = OpenSession(options);
        try
        {
            var (application, format) = (Pragma(session, "application_id"), Pragma(session, "user_version"));
            if (application != SqliteSchema.ApplicationId)
                throw SqliteFailure.Foreign(options.DataFolder, null);
            if (format > SqliteSchema.FileFormat)
                throw SqliteFailure.Newer(options.DataFolder, "file format", format, SqliteSchema.FileFormat);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static SqliteSession OpenSession(SqliteDatabaseOptions options)
    {
        SqliteSession? session = null;
        try
        {
            session = SqliteConnections.Open(options, SqliteOpenMode.ReadOnly);
            _ = Pragma(session, "user_version");
            return session;
        }
        catch (SqliteException exception)
            when (exception.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY && !File.Exists(options.DatabaseFile + "-wal"))
        {
            session?.Dispose();
            // A folder that cannot be written, and no log: nobody else has it open, and SQLite need not make its index of the log.
            return SqliteConnections.OpenImmutable(options);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    private static long Pragma(SqliteSession session, string name) => session.First($"PRAGMA {name}", static row => row.GetInt64(0), 0);
}
