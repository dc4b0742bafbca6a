using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// Versions of the file. <c>application_id</c> says that the file is ours, <c>user_version</c> is the format of the file as a whole,
/// the table <c>schema_versions</c> holds one version per <see cref="SqliteComponent"/>.
/// </summary>
internal static class SqliteSchema
{
    public const int FileFormat = 1;

    // "GrSt" in ASCII.
    public const int ApplicationId = 0x47725374;

    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE

    /// <summary>Refuses a file that is not ours or is newer, without changing a byte of it.</summary>
    public static void Inspect(SqliteDatabaseOptions options)
    {
        if (File.Exists(options.DatabaseFile + SqliteBackup.RestoringSuffix))
            throw SqliteFailure.HalfRestored(options.DataFolder, options.FileName + SqliteBackup.RestoringSuffix);
        var file = new FileInfo(options.DatabaseFile);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { Exists: false } target)
            throw SqliteFailure.DeadLink(options.DataFolder, options.FileName, target.FullName);
        if (!file.Exists || file.Length == 0)
            return;
        var log = new FileInfo(options.DatabaseFile + "-wal");
        var found = log.Exists && log.Length > 0 ? ReadThroughLog(options) : ReadHeader(options);
        if (found.ApplicationId != ApplicationId && !found.IsBlank)
            throw SqliteFailure.Foreign(options.DataFolder, null);
        if (found.UserVersion > FileFormat)
            throw SqliteFailure.Newer(options.DataFolder, "file format", found.UserVersion, FileFormat);
    }

    public static void Initialize(SqliteSession session)
    {
        if (Pragma(session, "user_version") == FileFormat)
            return;
        InTransaction(session, static session => session.Script(string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE schema_versions (component TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL) STRICT;
            PRAGMA application_id = {ApplicationId};
            PRAGMA user_version = {FileFormat};
            """)));
    }

    /// <summary>Brings one component up to date. Runs inside the writer's transaction.</summary>
    public static void Migrate(SqliteSession session, SqliteComponent component, string folder)
    {
        var version = session.First("SELECT version FROM schema_versions WHERE component = $1", static row => row.GetInt32(0), 0, component.Name);
        if (version > component.Migrations.Count)
            throw SqliteFailure.Newer(folder, component.Name, version, component.Migrations.Count);
        for (; version < component.Migrations.Count; version++)
            component.Migrations[version](session);
        session.Execute("""
            INSERT INTO schema_versions (component, version) VALUES ($1, $2)
            ON CONFLICT (component) DO UPDATE SET version = excluded.version WHERE version <> excluded.version
            """, component.Name, version);
    }

    /// <summary>Looks through the whole file, without the costly comparison of indexes.</summary>
    public static void CheckContent(SqliteSession session, string where)
    {
        var finding = session.First("PRAGMA quick_check(1)", static row => row.GetString(0), "no answer");
        if (finding != "ok")
            throw SqliteFailure.Damaged(where, finding);
    }

    // Without a log the file's first bytes say it all, and reading them leaves no trace. Offsets: https://www.sqlite.org/fileformat.html
    private static Identity ReadHeader(SqliteDatabaseOptions options)
    {
        Span<byte> header = stackalloc byte[100];
        using var file = new FileStream(options.DatabaseFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.StartsWith("SQLite format 3\0"u8))
            throw SqliteFailure.Foreign(options.DataFolder, null);
        return new Identity(
            BinaryPrimitives.ReadInt32BigEndian(header[68..]), BinaryPrimitives.ReadInt32BigEndian(header[60..]),
            BinaryPrimitives.ReadInt32BigEndian(header[40..]));
    }

    // After a crash the newest versions may lie in the log alone.
    private static Identity ReadThroughLog(SqliteDatabaseOptions options)
    {
        using var session = SqliteConnections.Open(options, SqliteOpenMode.ReadWrite);
        // Closing the last connection would fold the log into the file, which must stay as it is when we refuse it.
        _ = raw.sqlite3_db_config(session.Connection.Handle!, NoCheckpointOnClose, 1, out _);
        return new Identity(Pragma(session, "application_id"), Pragma(session, "user_version"), Pragma(session, "schema_version"));
    }

    private static long Pragma(SqliteSession session, string name) =>
        session.First($"PRAGMA {name}", static row => row.GetInt64(0), 0);

    private static void InTransaction(SqliteSession session, Action<SqliteSession> change)
    {
        session.Script("BEGIN IMMEDIATE");
        try
        {
            change(session);
            session.Script("COMMIT");
        }
        catch
        {
            if (session.InTransaction)
                session.Script("ROLLBACK");
            throw;
        }
    }

    private readonly record struct Identity(long ApplicationId, long UserVersion, long SchemaVersion)
    {
        /// <summary>An SQLite file in which nothing was ever created.</summary>
        public bool IsBlank => this is { ApplicationId: 0, UserVersion: 0, SchemaVersion: 0 };
    }
}

/// <summary>
/// A part of the database that belongs to one owner (the grain storage, a view store): a name, and the ordered migrations that build its
/// tables. Its version is how many of them ran. Migrations are only ever appended; each runs once, in the transaction that records it.
/// </summary>
/// <param name="Name">Unique within the database file; also the prefix its tables should carry.</param>
/// <param name="Migrations">Each may run again after a failed attempt, so it must do nothing but change the database.</param>
public sealed record SqliteComponent(string Name, IReadOnlyList<Action<SqliteSession>> Migrations)
{
    /// <summary>A component whose migrations are SQL scripts.</summary>
    public static SqliteComponent OfScripts(string name, params IEnumerable<string> scripts) =>
        new(name, [.. scripts.Select(script => (Action<SqliteSession>)(session => session.Script(script)))]);
}
