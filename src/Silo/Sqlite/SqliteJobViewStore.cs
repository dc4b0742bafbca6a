using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

// Table job_view: one row a job, key job_id. data is the fold of the job's events as JSON; the other columns repeat what it holds
// for queries. A row only ever moves to a higher version.
internal sealed class SqliteJobViewStore(SqliteDatabase database) : IJobViewStore
{
    internal static readonly SqliteComponent Component = SqliteComponent.OfScripts(
        "job_view",
        """
        CREATE TABLE job_view (
            job_id TEXT NOT NULL PRIMARY KEY,
            version INTEGER NOT NULL,
            status TEXT NOT NULL,
            requester TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            data BLOB NOT NULL
        ) WITHOUT ROWID;
        """);

    public Task<IReadOnlyDictionary<string, JobView>> ReadAsync(IReadOnlyCollection<string> jobRequestIds) => database.ReadAsync(session =>
    {
        var views = new Dictionary<string, JobView>(jobRequestIds.Count, StringComparer.Ordinal);
        foreach (var id in jobRequestIds)
        {
            if (session.First("SELECT data FROM job_view WHERE job_id = $1", row => row.GetFieldValue<byte[]>(0), null, id) is { } data)
                views.Add(id, new JobView(id, Deserialize(data).ToDomain()));
        }

        return (IReadOnlyDictionary<string, JobView>)views;
    });

    public Task<IReadOnlyCollection<string>> WriteAsync(IReadOnlyCollection<JobView> views)
    {
        var rows = views.Select(view => (view.JobRequestId, view.Job, Data: JsonSerializer.SerializeToUtf8Bytes(view.Job.ToStored(), JobDocumentJson.Default.StoredState))).ToList();
        return database.WriteAsync(
            session =>
            {
                var outrun = new List<string>();
                foreach (var (id, job, data) in rows)
                {
                    var stored = session.Execute(
                        """
                        INSERT INTO job_view (job_id, version, status, requester, created_at, data) VALUES ($1, $2, $3, $4, $5, $6)
                        ON CONFLICT (job_id) DO UPDATE SET version = excluded.version, status = excluded.status, data = excluded.data
                        WHERE excluded.version > job_view.version
                        """,
                        id, job.Version, job.Status.ToString(), job.Requester, job.CreatedAt.ToUnixTimeMilliseconds(), data) > 0;
                    if (!stored) outrun.Add(id);
                }

                return (IReadOnlyCollection<string>)outrun;
            },
            WritePriority.Soon);
    }

    private static StoredState Deserialize(byte[] data) =>
        JsonSerializer.Deserialize(data, JobDocumentJson.Default.StoredState) ?? throw new InvalidDataException("A stored view is 'null'.");
}
