using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

// Table job_view: one row a job, key job_id. data is the fold of the job's events as JSON; the other columns repeat what it holds, for
// queries. A row only ever moves to a higher version. Table job_view_candidate: a row for each candidate of each job, with what part that person has
// in it; rows are only added.
// Table job_view_metadata: two rows for each KEY=VALUE of each job, one for its requester, and one for everybody, whose owner is empty. Rows are only
// added: whether a job still has this metadata is asked of its view.
// Every order that lists are read in has an index, or a key, that ends with (created_at, job_id), both descending.

/// <summary>The statements on one set of the views' tables.</summary>
/// <param name="suffix">Of the tables' names: constant text, for the tables in use and for those of a rebuild.</param>
internal sealed class SqliteJobViewTables(string suffix)
{
    public static readonly SqliteJobViewTables Live = new("");

    private readonly string _insert =
        $"""
        INSERT INTO job_view{suffix} (job_id, version, status, requester, created_at, data, answers) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (job_id) DO NOTHING
        """;

    private readonly string _writeCandidates =
        $"""
        INSERT INTO job_view_candidate{suffix} (candidate, created_at, job_id, standing)
        SELECT value ->> 'id', $2, $1, {Standing("$4", "$5")} FROM json_each(CAST($3 AS TEXT), '$.candidates') WHERE true
        ON CONFLICT (candidate, created_at, job_id) DO UPDATE SET standing = excluded.standing WHERE standing IS NOT excluded.standing
        """;

    private readonly string _insertMetadata =
        $"INSERT INTO job_view_metadata{suffix} (owner, pair, created_at, job_id) SELECT owner.value, pair.value, $2, $1 FROM json_each(CAST($3 AS TEXT), "
            + "'$.details.metadata') pair, (SELECT '' AS value UNION ALL SELECT $4) owner WHERE true ON CONFLICT DO NOTHING";

    private readonly string _update = $"UPDATE job_view{suffix} SET version = $2, status = $3, data = $4, answers = $5 WHERE job_id = $1 AND version < $2";

    private readonly string _read = $"SELECT data, answers FROM job_view{suffix} WHERE job_id = $1";

    /// <summary>The tables as they are made.</summary>
    /// <param name="suffix">Of the tables' names.</param>
    /// <param name="indexes">Of the indexes' names, which outlive a renaming of their table.</param>
    public static string Script(string suffix, string indexes) =>
        $"""
        CREATE TABLE job_view{suffix} (
            job_id TEXT NOT NULL PRIMARY KEY,
            version INTEGER NOT NULL,
            status TEXT NOT NULL,
            requester TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            data BLOB NOT NULL,
            answers BLOB
        ) WITHOUT ROWID;
        {QueryScript(suffix, indexes)}
        {MetadataScript(suffix)}
        {StandingScript(suffix, indexes)}
        """;

    public static string MetadataScript(string suffix) =>
        $"""
        CREATE TABLE job_view_metadata{suffix} (
            owner TEXT NOT NULL,
            pair TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            job_id TEXT NOT NULL,
            PRIMARY KEY (owner, pair, created_at DESC, job_id DESC)
        ) WITHOUT ROWID;
        """;

    /// <summary>The part that each candidate has in a job; null where it has none to list.</summary>
    public static string StandingScript(string suffix, string indexes) =>
        $"""
        ALTER TABLE job_view_candidate{suffix} ADD COLUMN standing TEXT;
        CREATE INDEX job_view_standing{indexes} ON job_view_candidate{suffix} (candidate, standing, created_at DESC, job_id DESC) WHERE standing IS NOT NULL;
        """;

    /// <summary>The column of rows that were stored before there was one.</summary>
    public static string OldStandingsScript => $"""
        UPDATE job_view_candidate SET standing = old.standing FROM (
            SELECT value ->> 'id' AS candidate, created_at, job_id, {Standing("status", "CAST(data AS TEXT) ->> '$.winner'")} AS standing
            FROM job_view, json_each(CAST(data AS TEXT), '$.candidates')) old
        WHERE job_view_candidate.candidate = old.candidate AND job_view_candidate.created_at = old.created_at AND job_view_candidate.job_id = old.job_id;
        """;

    // JobRequest.StandingOf, of a row of json_each over the candidates; of closed jobs also those who were in the line.
    private static string Standing(string status, string winner) =>
        $"""
        CASE WHEN value ->> 'id' = {winner} THEN 'Winner' WHEN value ->> 'answer' = 'Standby' THEN 'Standby'
            WHEN {status} = 'Open' AND value ->> 'answer' IS NULL THEN 'ToAnswer' END
        """;

    /// <summary>What queries need beside the table of the views.</summary>
    public static string QueryScript(string suffix, string indexes) =>
        $"""
        CREATE INDEX job_view_created{indexes} ON job_view{suffix} (created_at DESC, job_id DESC);
        CREATE INDEX job_view_status{indexes} ON job_view{suffix} (status, created_at DESC, job_id DESC);
        CREATE INDEX job_view_requester{indexes} ON job_view{suffix} (requester, created_at DESC, job_id DESC);
        CREATE INDEX job_view_requester_status{indexes} ON job_view{suffix} (requester, status, created_at DESC, job_id DESC);
        CREATE TABLE job_view_candidate{suffix} (
            candidate TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            job_id TEXT NOT NULL,
            PRIMARY KEY (candidate, created_at DESC, job_id DESC)
        ) WITHOUT ROWID;
        """;

    /// <summary>A view as it is stored.</summary>
    public sealed record Row(string JobRequestId, JobRequest Job, byte[] Data, byte[] Answers)
    {
        public static Row Of(JobView view) => new(
            view.JobRequestId, view.Job, JsonSerializer.SerializeToUtf8Bytes(view.Job.ToStored(), JobDocumentJson.Default.StoredState),
            StoredAnswers.Write(view));
    }

    /// <summary>Stores the view, unless one of its version or a later one is there.</summary>
    /// <returns>Whether it was stored.</returns>
    public bool Write(SqliteSession session, Row row)
    {
        var (job, createdAt) = (row.Job, row.Job.CreatedAt.ToUnixTimeMilliseconds());
        // Most views that are stored exist already; a new job's almost always has its first version.
        var isStored = job.Version > 1 && Update(session, row);
        if (!isStored && session.Execute(_insert, row.JobRequestId, job.Version, job.Status.ToString(), job.Requester, createdAt, row.Data, row.Answers) == 0)
            return false;
        session.Execute(_writeCandidates, row.JobRequestId, createdAt, row.Data, job.Status.ToString(), job.Winner);
        if (job.Details is { } details && details.Pairs().Length > 0) session.Execute(_insertMetadata, row.JobRequestId, createdAt, row.Data, job.Requester);
        return true;
    }

    public (byte[] Data, byte[]? Answers)? Read(SqliteSession session, string jobRequestId) => session.First(
        _read, static row => ((byte[], byte[]?)?)(row.GetFieldValue<byte[]>(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)), null, jobRequestId);

    private bool Update(SqliteSession session, Row row) =>
        session.Execute(_update, row.JobRequestId, row.Job.Version, row.Job.Status.ToString(), row.Data, row.Answers) > 0;
}
