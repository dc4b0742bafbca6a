using Microsoft.Data.Sqlite;

namespace JobRequests.Verification;

internal enum SpillKind
{
    Request,
    Event,
    DeadLetters,
    Call,
}

/// <summary>One job's spilled evidence, in the order in which it was added.</summary>
internal sealed record SpilledJob(string Job, IReadOnlyList<(SpillKind Kind, byte[] Data)> Items);

/// <summary>
/// Evidence that comes in any order, sorted by job on the disk: a temporary SQLite file that is gone when this is disposed.
/// </summary>
internal sealed class EvidenceSpill : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"jobctl-verify-{Guid.NewGuid():N}.db");
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _add;
    private long _sequence;

    public EvidenceSpill()
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false }.ToString());
        _connection.Open();
        // Nothing in it needs to survive this process.
        Run(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA cache_size = -32768;
            CREATE TABLE incoming (job TEXT NOT NULL, kind INTEGER NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL);
            CREATE TABLE evidence (job TEXT NOT NULL, kind INTEGER NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (job, kind, seq)) WITHOUT ROWID;
            BEGIN;
            """);
        _add = Command("INSERT INTO incoming (job, kind, seq, data) VALUES ($1, $2, $3, $4)", "", 0, 0L, Array.Empty<byte>());
    }

    public void Add(SpillKind kind, string job, byte[] data)
    {
        _add.Parameters[0].Value = job;
        _add.Parameters[1].Value = (int)kind;
        _add.Parameters[2].Value = _sequence++;
        _add.Parameters[3].Value = data;
        _add.ExecuteNonQuery();
    }

    /// <summary>Makes what was added readable.</summary>
    public void Sort() => Run(
        """
        INSERT INTO evidence (job, kind, seq, data) SELECT job, kind, seq, data FROM incoming ORDER BY job, kind, seq;
        DELETE FROM incoming;
        COMMIT;
        BEGIN;
        """);

    /// <summary>All jobs in ordinal order.</summary>
    public IEnumerable<SpilledJob> Scan()
    {
        using var command = Command("SELECT job, kind, data FROM evidence ORDER BY job, kind, seq");
        using var reader = command.ExecuteReader();
        string? job = null;
        List<(SpillKind, byte[])> items = [];
        while (reader.Read())
        {
            if (reader.GetString(0) is var next && next != job)
            {
                if (job is not null) yield return new SpilledJob(job, items);
                (job, items) = (next, []);
            }

            items.Add(((SpillKind)reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)));
        }

        if (job is not null) yield return new SpilledJob(job, items);
    }

    public SpilledJob Read(string job)
    {
        using var command = Command("SELECT kind, data FROM evidence WHERE job = $1 ORDER BY kind, seq", job);
        using var reader = command.ExecuteReader();
        List<(SpillKind, byte[])> items = [];
        while (reader.Read()) items.Add(((SpillKind)reader.GetInt32(0), reader.GetFieldValue<byte[]>(1)));
        return new SpilledJob(job, items);
    }

    public void Dispose()
    {
        _add.Dispose();
        _connection.Dispose();
        File.Delete(_file);
    }

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params object[] values)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constant text; values travel as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command;
    }
}
