using System.Text.Json;
using JobRequests.Documents;
using JobRequests.Testing;
using Microsoft.Data.Sqlite;

namespace JobRequests.Verification.Tests;

/// <summary>A data folder as the embedded product has made it, filled by the test.</summary>
internal sealed class DataFolder : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Empty = new(MakeAsync);

    private readonly SqliteConnection _connection;

    private DataFolder(string path)
    {
        Path = path;
        _connection = new SqliteConnection($"Data Source={File};Pooling=False");
        _connection.Open();
    }

    public string Path { get; }

    public string File => System.IO.Path.Combine(Path, SqliteJobSource.FileName);

    public static async Task<DataFolder> CreateAsync()
    {
        var path = Directory.CreateTempSubdirectory("verification-").FullName;
        foreach (var file in Directory.GetFiles(await Empty.Value)) System.IO.File.Copy(file, System.IO.Path.Combine(path, System.IO.Path.GetFileName(file)));
        return new DataFolder(path);
    }

    /// <summary>Writes many in one transaction.</summary>
    public void Write(IEnumerable<(string Job, JobDocument? Document, StoredView? View)> jobs)
    {
        Run("BEGIN");
        foreach (var (job, document, view) in jobs)
        {
            if (document is not null)
                Run(
                    """
                    INSERT INTO grain_state (service_id, state_name, grain_id, etag, version, updated_at, data) VALUES ('jobrequests', 'JobRequest', $1, 'e', 1, $2, CAST($3 AS TEXT))
                    ON CONFLICT DO UPDATE SET etag = 'f', updated_at = excluded.updated_at, data = excluded.data
                    """,
                    $"jobrequest/{job}", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
                    JsonSerializer.SerializeToUtf8Bytes(document, JobDocumentJson.Default.JobDocument));
            if (view is not null)
                Run(
                    "INSERT OR REPLACE INTO job_view (job_id, version, status, requester, created_at, data) VALUES ($1, $2, $3, $4, $5, $6)",
                    job, view.Version, view.Status, view.Requester, view.CreatedAt,
                    JsonSerializer.SerializeToUtf8Bytes(view.State, JobDocumentJson.Default.StoredState));
        }

        Run("COMMIT");
    }

    public void Write(string job, JobDocument? document, StoredView? view) => Write([(job, document, view)]);

    public void Run(string sql, params object[] values)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        command.ExecuteNonQuery();
    }

    /// <summary>Nobody has the file open any more.</summary>
    public void Close() => _connection.Close();

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        Directory.Delete(Path, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<string> MakeAsync()
    {
        var path = Directory.CreateTempSubdirectory("verification-empty-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(path, recursive: true);
        await using var server = await StandaloneServer.StartAsync(path);
        Assert.Equal(0, await server.StopAsync());
        return path;
    }
}
