using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Opens connections with the settings that durability rests on.</summary>
internal static class SqliteConnections
{
    // The write-ahead log is cut back to this after a checkpoint, so that one burst does not keep its space for ever.
    private const long JournalSizeLimit = 64L << 20;

    // Keeps the upper levels of the trees of some hundred thousand records in memory, where each write passes through.
    private const int WriterCacheKilobytes = 16 << 10;

    // Some microseconds of a statement that runs.
    private const int StepsBetweenQuestions = 1_000;

    public static SqliteSession OpenWriter(SqliteDatabaseOptions options)
    {
        var session = Open(options, SqliteOpenMode.ReadWriteCreate);
        try
        {
            // FULL: a commit returns after the log is on the disk. In WAL mode that is one fsync a group.
            session.Script(string.Create(CultureInfo.InvariantCulture, $"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA journal_size_limit = {JournalSizeLimit};
                PRAGMA cache_size = -{WriterCacheKilobytes};
                """));
            if (options.MaxMegabytes is { } megabytes)
                session.Script(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {megabytes * 256L};"));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public static SqliteSession OpenReader(SqliteDatabaseOptions options)
    {
        var session = Open(options, SqliteOpenMode.ReadWrite);
        session.Script("PRAGMA query_only = ON;");
        // Asked while a statement runs: an interrupt would be lost that comes before it has begun.
        raw.sqlite3_progress_handler(
            session.Connection.Handle!, StepsBetweenQuestions, static state => ((SqliteSession)state).Stop.IsCancellationRequested ? 1 : 0, session);
        return session;
    }

    /// <summary>Reads a file that certainly nobody writes.</summary>
    public static SqliteSession OpenImmutable(SqliteDatabaseOptions options) =>
        Open(options, SqliteOpenMode.ReadOnly, new Uri(Path.GetFullPath(options.DatabaseFile)).AbsoluteUri + "?immutable=1");

    public static SqliteSession Open(SqliteDatabaseOptions options, SqliteOpenMode mode) => Open(options, mode, options.DatabaseFile);

    private static SqliteSession Open(SqliteDatabaseOptions options, SqliteOpenMode mode, string source)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Script(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds};"));
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
