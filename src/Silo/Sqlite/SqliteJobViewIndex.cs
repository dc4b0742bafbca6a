using System.Globalization;
using System.Text.Json;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using JobRequests.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace JobRequests.Silo;

/// <summary>Lists of jobs over the indexes of <see cref="SqliteJobViewTables"/>.</summary>
internal sealed class SqliteJobViewIndex(SqliteDatabase database) : IJobViewIndex
{
    private const string Behind = "(created_at, job_id) < ($2, $3)";
    private const string NewestFirst = "ORDER BY created_at DESC, job_id DESC LIMIT $4";
    private const string Entry = "v.created_at, v.job_id, v.status, v.requester";
    private const string NoContent = "NULL, NULL, NULL";
    private const string Content =
        "CAST(v.data AS TEXT) ->> '$.title', CAST(v.data AS TEXT) ->> '$.details.metadata', CAST(v.data AS TEXT) ->> '$.details.startsAt'";

    public Task<IReadOnlyList<ViewEntry>> ScanAsync(ViewOrder order, JobPosition? after, int count, bool withContent, CancellationToken cancellationToken)
    {
        var (keys, first, second) = KeysOf(order);
        var sql = Sql(keys, withContent);
        var position = after ?? new JobPosition(long.MaxValue, "");
        return database.ReadAsync(session => (IReadOnlyList<ViewEntry>)(second is null
            ? session.Query(sql, Map, first, position.CreatedAt, position.JobRequestId, count)
            : session.Query(sql, Map, first, position.CreatedAt, position.JobRequestId, count, second)), cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, long>> CountAsync(string? requester, CancellationToken cancellationToken) =>
        database.ReadAsync(session => (IReadOnlyDictionary<string, long>)(requester is null
        ? session.Query("SELECT status, count(*) FROM job_view GROUP BY status", Pair)
        : session.Query("SELECT status, count(*) FROM job_view WHERE requester = $1 GROUP BY status", Pair, requester))
            .ToDictionary(StringComparer.Ordinal), cancellationToken);

    public Task<JobStatistics> CountStatisticsAsync(StatisticsQuery query, int maxJobs, int maxCandidates, CancellationToken cancellationToken)
    {
        var sql = query.Candidate is null ? SqliteStatistics.OfEverybody : SqliteStatistics.OfOne;
        var (from, to) = (query.From.ToUnixTimeMilliseconds(), query.To.ToUnixTimeMilliseconds());
        return database.ReadAsync(session =>
        {
            var hours = session.Query(
                sql.ByHour, static row => (Hour: row.GetInt64(0), Jobs: row.GetInt64(1), Figures: Figures(row)), from, to, maxJobs, query.Candidate);
            var candidates = session.Query(
                sql.ByCandidate, static row => new CandidateStatistics(row.GetString(0), Figures(row)), from, to, maxJobs, query.Candidate, maxCandidates);
            var jobs = hours.Sum(hour => hour.Jobs);
            return new JobStatistics(
                [.. hours.Select(hour => new HourStatistics(DateTimeOffset.FromUnixTimeMilliseconds(hour.Hour), hour.Figures))], [.. candidates], jobs,
                jobs < maxJobs);
        }, cancellationToken);
    }

    /// <summary>The statement for an order, as a plan of it is asked for.</summary>
    internal static string SqlOf(ViewOrder order) => Sql(KeysOf(order).Keys, withContent: false);

    private static string Sql(string keys, bool withContent) =>
        $"SELECT {Entry}, {(withContent ? Content : NoContent)} FROM ({keys} {NewestFirst}) k CROSS JOIN job_view v ON v.job_id = k.job_id "
            + "ORDER BY k.created_at DESC, k.job_id DESC";

    private static (string Keys, string First, string? Second) KeysOf(ViewOrder order) => order switch
    {
        ViewOrder.All => ($"SELECT created_at, job_id FROM job_view WHERE {Behind}", "", null),
        ViewOrder.OfStatus(var status) => ($"SELECT created_at, job_id FROM job_view WHERE status = $1 AND {Behind}", status, null),
        ViewOrder.OfRequester(var requester) => ($"SELECT created_at, job_id FROM job_view WHERE requester = $1 AND {Behind}", requester, null),
        ViewOrder.OfRequesterAndStatus(var requester, var status) =>
            ($"SELECT created_at, job_id FROM job_view WHERE requester = $1 AND status = $5 AND {Behind}", requester, status),
        ViewOrder.OfCandidate(var candidate) => ($"SELECT created_at, job_id FROM job_view_candidate WHERE candidate = $1 AND {Behind}", candidate, null),
        ViewOrder.OfStanding(var candidate, var standing) => (
            $"SELECT created_at, job_id FROM job_view_candidate WHERE candidate = $1 AND standing = $5 AND {Behind}", candidate, standing.ToString()),
        ViewOrder.OfMetadata(var pair, var requester) =>
            ($"SELECT created_at, job_id FROM job_view_metadata WHERE owner = $1 AND pair = $5 AND {Behind}", requester ?? "", pair),
        ViewOrder.OfPerson(var person) => (
            $"""
            SELECT created_at, job_id FROM job_view WHERE requester = $1 AND {Behind}
            UNION
            SELECT created_at, job_id FROM job_view_candidate WHERE candidate = $1 AND {Behind}
            """,
            person, null),
        _ => throw new InvalidOperationException($"{order.GetType().Name} is not handled."),
    };

    private static ViewEntry Map(SqliteDataReader row) =>
        new(new JobPosition(row.GetInt64(0), row.GetString(1)), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4),
            row.IsDBNull(5) ? [] : JsonSerializer.Deserialize(row.GetString(5), JobDocumentJson.Default.ListString) ?? [],
            row.IsDBNull(6) ? null : DateTimeOffset.Parse(row.GetString(6), CultureInfo.InvariantCulture));

    private static StatisticsFigures Figures(SqliteDataReader row) => new(
        row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.IsDBNull(6)
            ? null
            : StatisticsFigures.Median(row.GetInt64(6), row.GetInt64(7)));

    private static KeyValuePair<string, long> Pair(SqliteDataReader row) => new(row.GetString(0), row.GetInt64(1));
}
