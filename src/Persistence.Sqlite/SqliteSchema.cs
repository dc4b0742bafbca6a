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
        if (!File.Exists(options.DatabaseFile) || new FileInfo(options.DatabaseFile).Length == 0)
            return;
        using var session = SqliteConnections.Open(options, SqliteOpenMode.ReadWrite);
        // Closing the last connection would fold the log into the file, which must stay as it is when we refuse it.
        _ = raw.sqlite3_db_config(session.Connection.Handle!, NoCheckpointOnClose, 1, out _);
        var application = Pragma(session, "application_id");
        var version = Pragma(session, "user_version");
        var empty = session.First("SELECT count(*) FROM sqlite_schema", static row => row.GetInt64(0), 0) == 0;
        if (application != ApplicationId && !(empty && application == 0 && version == 0))
            throw SqliteFailure.Foreign(options.DataFolder, null);
        if (version > FileFormat)
            throw SqliteFailure.Newer(options.DataFolder, "file format", version, FileFormat);
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
}
