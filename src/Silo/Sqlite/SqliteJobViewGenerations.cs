using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

// While the views are rebuilt there are tables job_view_next and job_view_candidate_next, and every write goes to them too: whether they are
// there is asked inside the transaction that writes, so a write is on one side of their beginning or end, never between. A switch renames
// both pairs in one transaction. What is left of the old tables, job_view_old…, is emptied in small steps that hold nobody up.

/// <summary>The views' tables in use, and those of a rebuild.</summary>
internal sealed class SqliteJobViewGenerations(SqliteDatabase database) : IJobViewGenerations
{
    private const string NextSuffix = "_next";
    private const string OldSuffix = "_old";
    private const int RowsAStep = 500;

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
                foreach (var table in new[] { "job_view", "job_view_candidate" })
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
        var candidates =
            session.Execute($"DELETE FROM job_view_candidate{suffix} WHERE (candidate, created_at, job_id) IN (SELECT candidate, created_at, job_id FROM "
                + $"job_view_candidate{suffix} LIMIT {RowsAStep})");
        var views = session.Execute($"DELETE FROM job_view{suffix} WHERE job_id IN (SELECT job_id FROM job_view{suffix} LIMIT {RowsAStep})");

        // What is written meanwhile would keep it from ever being empty.
        if (candidates == RowsAStep || views == RowsAStep) return true;
        Drop(session, suffix);
        return false;
    }

    private static bool Exists(SqliteSession session, string suffix) =>
        session.First("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1", static row => row.GetInt32(0), 0, "job_view" + suffix) > 0;

    private static void Drop(SqliteSession session, string suffix) =>
        session.Script($"DROP TABLE IF EXISTS job_view{suffix}; DROP TABLE IF EXISTS job_view_candidate{suffix};");
}
