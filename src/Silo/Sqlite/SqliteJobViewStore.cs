using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

/// <summary>The views in the embedded product's database; the tables are those of <see cref="SqliteJobViewTables"/>.</summary>
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
        """,
        $"""
        {SqliteJobViewTables.QueryScript("", "")}
        INSERT INTO job_view_candidate (candidate, created_at, job_id)
        SELECT value ->> 'id', created_at, job_id FROM job_view, json_each(CAST(data AS TEXT), '$.candidates') WHERE true ON CONFLICT DO NOTHING;
        """,
        "ALTER TABLE job_view ADD COLUMN answers BLOB;",
        SqliteJobViewTables.MetadataScript(""),
        SqliteJobViewTables.StandingScript("", "") + SqliteJobViewTables.OldStandingsScript);

    public Task<IReadOnlyDictionary<string, JobView>> ReadAsync(IReadOnlyCollection<string> jobRequestIds, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session =>
    {
        var views = new Dictionary<string, JobView>(jobRequestIds.Count, StringComparer.Ordinal);
        foreach (var id in jobRequestIds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SqliteJobViewTables.Live.Read(session, id) is var (data, answers))
                views.Add(id, StoredAnswers.Read(new JobView(id, Deserialize(data).ToDomain()), answers));
        }

        return (IReadOnlyDictionary<string, JobView>)views;
    }, cancellationToken);

    public Task<IReadOnlyCollection<string>> WriteAsync(IReadOnlyCollection<JobView> views)
    {
        var rows = views.Select(SqliteJobViewTables.Row.Of).ToList();
        return database.WriteAsync(
            session =>
            {
                var building = SqliteJobViewGenerations.Building(session);
                var outrun = new List<string>();
                foreach (var row in rows)
                {
                    building?.Write(session, row);
                    if (!SqliteJobViewTables.Live.Write(session, row)) outrun.Add(row.JobRequestId);
                }

                return (IReadOnlyCollection<string>)outrun;
            },
            WritePriority.Soon);
    }

    private static StoredState Deserialize(byte[] data) =>
        JsonSerializer.Deserialize(data, JobDocumentJson.Default.StoredState) ?? throw new InvalidDataException("A stored view is 'null'.");
}
