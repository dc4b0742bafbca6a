using System.Runtime.CompilerServices;
using JobRequests.Documents;
using JobRequests.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace JobRequests.Verification;

/// <summary>
/// The data folder of an embedded product, running or not. Tables: <c>grain_state</c>, key (service_id, state_name, grain_id), whose grain ids
/// are <c>jobrequest/{job}</c>; <c>job_view</c>, key job_id. Each batch is one snapshot of both.
/// </summary>
public sealed class SqliteJobSource : IJobSource
{
    /// <summary>The embedded product's database in its data folder.</summary>
    public const string FileName = "jobs.db";

    private const int BatchSize = 512;
    private const string GrainPrefix = "jobrequest/";

    private readonly string _folder;
    private readonly SqliteSession _session;
    private readonly bool _hasDocuments;
    private readonly string _service = "";

    private SqliteJobSource(string folder, SqliteSession session)
    {
        _folder = folder;
        _session = session;
        _hasDocuments = HasTable("grain_state");
        HasViews = HasTable("job_view");
        if (_hasDocuments) _service = session.First("SELECT service_id FROM grain_state ORDER BY service_id LIMIT 1", static row => row.GetString(0), "");
    }

    public string Name => $"data folder {_folder}";

    public bool HasViews { get; }

    /// <exception cref="VerificationException">There is no database, or it cannot be read.</exception>
    public static SqliteJobSource Open(string dataFolder)
    {
        var folder = Path.GetFullPath(dataFolder);
        return Guarded(folder, () => new SqliteJobSource(folder, SqliteReadOnlyFile.Open(folder, FileName)));
    }

    public async IAsyncEnumerable<IReadOnlyList<StoredJobData>> ScanAsync(
        DateTimeOffset? changedSince, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // SQLite is read on the caller's thread: the enumeration must not hold up who consumes it.
        await Task.Yield();
        var after = "";
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (batch, last) = Guarded(_folder, () => ReadBatch(after, changedSince));
            if (batch.Count > 0) yield return batch;
            if (last is null) yield break;
            after = last;
        }
    }

    public Task<StoredJobData> ReadAsync(string job, CancellationToken cancellationToken) =>
        Task.FromResult(Guarded(_folder, () => InSnapshot(() => new StoredJobData(
        job,
        !_hasDocuments ? null : _session.First(
            "SELECT data FROM grain_state WHERE service_id = $1 AND state_name = $2 AND grain_id = $3",
            static row => (ReadOnlyMemory<byte>?)row.GetFieldValue<byte[]>(0), null, _service, JobRequestOptions.StateName, GrainPrefix + job),
        !HasViews
            ? null
            : _session.First(
                "SELECT version, status, requester, created_at, data FROM job_view WHERE job_id = $1", static row => ReadView(row, 0), null, job)))));

    public ValueTask DisposeAsync()
    {
        _session.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>The batch, and its last id; null after the last batch.</returns>
    private (List<StoredJobData> Batch, string? Last) ReadBatch(string after, DateTimeOffset? changedSince) => InSnapshot(() =>
    {
        var documents = _hasDocuments ? ReadDocuments(after, changedSince) : [];
        var last = documents.Count < BatchSize ? null : documents[^1].Job;
        if (!HasViews) return (documents.ConvertAll(document => new StoredJobData(document.Job, document.Data, null)), last);
        if (changedSince is not null) return (documents.ConvertAll(document => new StoredJobData(document.Job, document.Data, ReadView(document.Job))), last);

        var views = ReadViews(after);
        if (views.Count == BatchSize && (last is null || string.CompareOrdinal(views[^1].Job, last) < 0)) last = views[^1].Job;
        return (StoredJobs.Join(documents, views, last), last);
    });

    private List<(string Job, ReadOnlyMemory<byte> Data)> ReadDocuments(string after, DateTimeOffset? changedSince) => _session.Query(
        """
        SELECT grain_id, data FROM grain_state
        WHERE service_id = $1 AND state_name = $2 AND grain_id > $3 AND updated_at >= $4 ORDER BY grain_id LIMIT $5
        """,
        static row => (row.GetString(0)[GrainPrefix.Length..], (ReadOnlyMemory<byte>)row.GetFieldValue<byte[]>(1)),
        _service, JobRequestOptions.StateName, GrainPrefix + after, changedSince?.ToUnixTimeMilliseconds() ?? long.MinValue, BatchSize);

    private List<(string Job, StoredViewData View)> ReadViews(string after) => _session.Query(
        "SELECT job_id, version, status, requester, created_at, data FROM job_view WHERE job_id > $1 ORDER BY job_id LIMIT $2",
        static row => (row.GetString(0), ReadView(row, 1)), after, BatchSize);

    private StoredViewData? ReadView(string job) =>
        _session.First("SELECT version, status, requester, created_at, data FROM job_view WHERE job_id = $1", static row => ReadView(row, 0), null, job);

    private static StoredViewData ReadView(SqliteDataReader row, int column) =>
        new(row.GetInt32(column), row.GetString(column + 1), row.GetString(column + 2), row.GetInt64(column + 3), row.GetFieldValue<byte[]>(column + 4));

    private bool HasTable(string name) =>
        _session.First("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1", static row => row.GetInt32(0), 0, name) > 0;

    private T InSnapshot<T>(Func<T> read)
    {
        _session.Script("BEGIN");
        try
        {
            return read();
        }
        finally
        {
            _session.Script("COMMIT");
        }
    }

    private static T Guarded<T>(string folder, Func<T> read)
    {
        try
        {
            return SqliteReadOnlyFile.Read(folder, read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new VerificationException(exception.Message, exception);
        }
    }
}
