namespace JobRequests.Silo;

/// <summary>
/// The statements that add up statistics, of everybody or of one person. Parameters: the first moment, the one after the last, the most jobs,
/// the person, the most people. Columns: the hour or the person, jobs, offers, wins, accepted, declined, and the two times in the middle.
/// </summary>
internal sealed class SqliteStatistics
{
    public static readonly SqliteStatistics OfEverybody = new(isOfOne: false);
    public static readonly SqliteStatistics OfOne = new(isOfOne: true);

    private readonly bool _isOfOne;

    private SqliteStatistics(bool isOfOne)
    {
        _isOfOne = isOfOne;
        ByHour = Sql(
            $"SELECT hour AS part, count(*) AS jobs, sum({(isOfOne ? "1" : "crowd")}) AS offers, sum(winner IS {(isOfOne ? "$4" : "NOT NULL")}) AS wins FROM "
                + $"{Jobs} GROUP BY hour",
            "hour",
            "part");
        ByCandidate = Sql(
            isOfOne
                ? $"SELECT $4 AS part, count(*) AS jobs, count(*) AS offers, sum(winner IS $4) AS wins FROM {Jobs} HAVING count(*) > 0 LIMIT $5"
                : $"""
                  SELECT person AS part, count(*) AS jobs, count(*) AS offers, sum(winner IS person) AS wins
                  FROM (SELECT c.value ->> 'id' AS person, winner FROM {Jobs}, json_each(data, '$.candidates') c) GROUP BY part ORDER BY offers DESC, part LIMIT $5
                  """,
            "a.value ->> 'candidate'",
            "offers DESC, part");
    }

    public string ByHour { get; }

    public string ByCandidate { get; }

    // The newest jobs of the time, in the order of an index. The limit keeps this a query of its own: what it takes out of a job's document, it
    // takes out once, not once for each candidate.
    private string Jobs =>
        $"""
        (
            SELECT k.created_at - k.created_at % 3600000 AS hour, text AS data, text ->> '$.winner' AS winner, json_array_length(text, '$.candidates') AS crowd, answers
            FROM (
                SELECT k.created_at, CAST(v.data AS TEXT) AS text, CAST(v.answers AS TEXT) AS answers
                FROM {(_isOfOne ? "job_view_candidate" : "job_view")} k CROSS JOIN job_view v ON v.job_id = k.job_id
                WHERE {(_isOfOne ? "k.candidate = $4 AND" : "")} k.created_at >= $1 AND k.created_at < $2 ORDER BY k.created_at DESC, k.job_id DESC LIMIT $3
            ) k LIMIT -1
        ) jobs
        """;

    private string Sql(string offered, string answersBy, string order) =>
        $"""
        WITH offered AS ({offered}),
        given AS (
            SELECT {answersBy} AS part, a.value ->> 'answer' = 'Accepted' AS accepted, a.value ->> 'afterMs' AS after
            FROM {Jobs}, json_each(answers, '$.answers') a {(_isOfOne ? "WHERE a.value ->> 'candidate' = $4" : "")}
        ),
        placed AS (SELECT *, row_number() OVER (PARTITION BY part ORDER BY after) AS place, count(*) OVER (PARTITION BY part) AS total FROM given),
        answered AS (
            SELECT part, sum(accepted) AS accepted, sum(NOT accepted) AS declined,
                min(after) FILTER (WHERE place = (total + 1) / 2) AS lower, min(after) FILTER (WHERE place = total / 2 + 1) AS upper
            FROM placed GROUP BY part
        )
        SELECT part, jobs, offers, wins, ifnull(accepted, 0), ifnull(declined, 0), lower, upper FROM offered LEFT JOIN answered USING (part) ORDER BY {order}
        """;
}
