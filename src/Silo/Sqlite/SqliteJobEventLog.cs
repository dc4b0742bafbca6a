using System.Globalization;
using System.Text.Json;
using JobRequests.Grains.Abstractions;
using JobRequests.Persistence.Sqlite;
using JobRequests.Records;
using Microsoft.Extensions.Options;

namespace JobRequests.Silo;

// "EventLog": { "KeepFor": "7.00:00:00" }

/// <summary>How long facts are kept in the data folder; configuration section <see cref="Section"/>.</summary>
public sealed class EventLogOptions
{
    public const string Section = "EventLog";

    /// <summary>An event is kept for at least this long.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>The facts in the embedded product's database. Rows are only added, and taken away when they are old.</summary>
internal sealed partial class SqliteJobEventLog(
    SqliteDatabase database, IOptions<EventLogOptions> options, TimeProvider time, ILogger<SqliteJobEventLog> logger) : IJobEventLog
{
    // AUTOINCREMENT: a position is never given twice, not even when the last rows are old and gone.
    internal static readonly SqliteComponent Component = SqliteComponent.OfScripts(
        "event_log",
        """
        CREATE TABLE event_log (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            appended_at INTEGER NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (job_id, version)
        );
        """);

    private const string Append =
        "INSERT INTO event_log (job_id, version, appended_at, data) VALUES ($1, $2, $3, $4) ON CONFLICT (job_id, version) DO NOTHING";

    // With each new row go at most two old ones, so the log shrinks while it grows and no append takes long.
    private const string Trim =
        """
        DELETE FROM event_log WHERE position IN
            (SELECT position FROM (SELECT position, appended_at FROM event_log ORDER BY position LIMIT 2) WHERE appended_at < $1)
        """;

    private const string Describe =
        """
        SELECT (SELECT id FROM file_identity), (SELECT min(position) FROM event_log),
            coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event_log'), 0) + 1
        """;

    private TaskCompletionSource _appended = NewSignal();

    public Task Appended => Volatile.Read(ref _appended).Task;

    public async Task AppendAsync(JobEvent jobEvent)
    {
        var data = EventJson.Write(jobEvent);
        await database.WriteAsync(session =>
        {
            var now = time.GetUtcNow();
            session.Execute(Append, jobEvent.JobRequestId, jobEvent.Version, now.ToUnixTimeMilliseconds(), data);
            return session.Execute(Trim, (now - options.Value.KeepFor).ToUnixTimeMilliseconds());
        });
        Interlocked.Exchange(ref _appended, NewSignal()).TrySetResult();
    }

    public Task<JobEventLogRange> DescribeAsync(CancellationToken cancellationToken) => database.ReadAsync(
        static session => session.First(
            Describe,
            static row => new JobEventLogRange(
                ulong.Parse(row.GetString(0).AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                row.IsDBNull(1) ? row.GetInt64(2) : row.GetInt64(1),
                row.GetInt64(2)),
            missing: null)
            ?? throw new InvalidDataException("The database has no identity."),
        cancellationToken);

    public Task<IReadOnlyList<LoggedEvent>> ReadAsync(long from, int most, CancellationToken cancellationToken) => database.ReadAsync(
        session => (IReadOnlyList<LoggedEvent>)session.Query(
            "SELECT position, data FROM event_log WHERE position >= $1 ORDER BY position LIMIT $2",
            row => new LoggedEvent(row.GetInt64(0), Read(row.GetInt64(0), row.GetFieldValue<byte[]>(1))), from, most),
        cancellationToken);

    private JobEvent? Read(long position, byte[] json)
    {
        try
        {
            return EventJson.Read(json);
        }
        catch (JsonException exception)
        {
            NotAnEvent(logger, exception, position);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "Position {Position} of the log of events is left out: this version cannot read it.")]
    private static partial void NotAnEvent(ILogger logger, Exception exception, long position);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
