using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

// While the views are rebuilt there are tables job_view_next and so on, and every write goes to them too: whether they are
// there is asked inside the transaction that writes, so a write is on one side of their beginning or end, never between. A switch renames
// all of them in one transaction. What is left of the old tables, job_view_old…, is emptied in small steps that hold nobody up.

/// <summary>The views' tables in use, and those of a rebuild.</summary>
internal sealed class SqliteJobViewGenerations(SqliteDatabase database) : IJobViewGenerations
{
    private const string NextSuffix = "_next";
    private const string OldSuffix = "_old";
    private const int RowsAStep = 500;

    private static readonly string[] Tables = ["job_view", "job_view_candidate", "job_view_metadata"];
    private static readonly SqliteJobViewTables Next = new(NextSuffix);

    private string? _building;

    /// <summary>The tables that views are stored in beside the live ones; null when there are none. Inside the writing transaction.</summary>
    public static SqliteJobViewTables? Building(SqliteSession session) => Exists(session, NextSuffix) ? Next : null;

    /// <summary>Drops what a rebuild that was cut off has left.</summary>
    public static Task DropLeftoversAsync(SqliteDatabase database, CancellationToken cancellationToken) => database.WriteAsync(
        static session =>
        {
            Drop(session, NextSuffix);
            Drop(session, OldSuffix);
            return true;
        },
        WritePriority.Now,
        cancellationToken);

    public async Task<string> BeginAsync(CancellationToken cancellationToken)
    {
        var generation = Guid.NewGuid().ToString("N");
        _building = generation;
        await EmptyAsync(NextSuffix, cancellationToken);
        await EmptyAsync(OldSuffix, cancellationToken);
        await database.WriteAsync(
            session =>
            {
                Drop(session, NextSuffix);
                session.Script(SqliteJobViewTables.Script(NextSuffix, indexes: "_" + generation));
                return true;
            },
            WritePriority.Now,
            cancellationToken);
        return generation;
    }

    public async Task WriteAsync(string generation, IReadOnlyCollection<JobView> views, CancellationToken cancellationToken)
    {
        var rows = views.Select(SqliteJobViewTables.Row.Of).ToList();
        await database.WriteAsync(
            session =>
            {
                Check(session, generation);
                foreach (var row in rows) Next.Write(session, row);
                return true;
            },
            WritePriority.Soon,
            cancellationToken);
    }

    public async Task SwitchAsync(string generation, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            session =>
            {
                Check(session, generation);
                foreach (var table in Tables)
                {
                    session.Script($"ALTER TABLE {table} RENAME TO {table}{OldSuffix}; ALTER TABLE {table}{NextSuffix} RENAME TO {table};");
                }

                return true;
            },
            WritePriority.Now,
            cancellationToken);
        _building = null;
        await EmptyAsync(OldSuffix, cancellationToken);
    }

    public async Task AbandonAsync(string generation)
    {
        if (_building != generation) return;
        _building = null;
        await EmptyAsync(NextSuffix, CancellationToken.None);
    }

    private void Check(SqliteSession session, string generation)
    {
        if (_building != generation || !Exists(session, NextSuffix)) throw new ViewRebuildException("Another rebuild of the views has begun.");
    }

    // Dropping a table of a million rows at once would hold up every write behind it for seconds.
    private async Task EmptyAsync(string suffix, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(session => EmptyStep(session, suffix), WritePriority.Soon, cancellationToken))
        {
        }
    }

    private static bool EmptyStep(SqliteSession session, string suffix)
    {
        if (!Exists(session, suffix)) return false;
        // What is written meanwhile would keep it from ever being empty.
        if (Empty("job_view_metadata", "owner, pair, created_at, job_id") | Empty("job_view_candidate", "candidate, created_at, job_id")
            | Empty("job_view", "job_id")) return true;
        Drop(session, suffix);
        return false;

        bool Empty(string table, string key) =>
            session.Execute($"DELETE FROM {table}{suffix} WHERE ({key}) IN (SELECT {key} FROM {table}{suffix} LIMIT {RowsAStep})") == RowsAStep;
    }

    private static bool Exists(SqliteSession session, string suffix) =>
        session.First("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1", static row => row.GetInt32(0), 0, "job_view" + suffix) > 0;

    private static void Drop(SqliteSession session, string suffix) =>
        session.Script(string.Concat(Tables.Select(table => $"DROP TABLE IF EXISTS {table}{suffix};")));
}
