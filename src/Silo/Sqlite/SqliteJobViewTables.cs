using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

// Table job_view: one row a job, key job_id. data is the fold of the job's events as JSON; the other columns repeat what it holds, for
// queries. A row only ever moves to a higher version. Table job_view_candidate: a row for each candidate of each job; rows are only added.
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

    private readonly string _insertCandidates =
        $"INSERT INTO job_view_candidate{suffix} (candidate, created_at, job_id) SELECT value ->> 'id', $2, $1 FROM json_each(CAST($3 AS TEXT), "
            + $"'$.candidates') WHERE NOT EXISTS (SELECT 1 FROM job_view_candidate{suffix} WHERE candidate = $4 AND created_at = $2 AND job_id = $1) "
            + "ON CONFLICT DO NOTHING";

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
        WriteCandidates(session, row, createdAt);
        if (job.Details is { } details && details.Pairs().Length > 0) session.Execute(_insertMetadata, row.JobRequestId, createdAt, row.Data, job.Requester);
        return true;
    }

    public (byte[] Data, byte[]? Answers)? Read(SqliteSession session, string jobRequestId) => session.First(
        _read, static row => ((byte[], byte[]?)?)(row.GetFieldValue<byte[]>(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)), null, jobRequestId);

    // Candidates are only added, at the end: where the last one is there, all are.
    private void WriteCandidates(SqliteSession session, Row row, long createdAt)
    {
        if (row.Job.Candidates is [.., var last]) session.Execute(_insertCandidates, row.JobRequestId, createdAt, row.Data, last.Id);
    }

    private bool Update(SqliteSession session, Row row) =>
        session.Execute(_update, row.JobRequestId, row.Job.Version, row.Job.Status.ToString(), row.Data, row.Answers) > 0;
}
