using System.Text.Json.Serialization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>What became of the jobs that were offered in a time.</summary>
internal static class StatisticsApi
{
    public static void MapStatistics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/stats", static (HttpContext http, StatisticsReader reader) => reader.WriteAsync(http)).AsListRead<StatisticsBody>(
            "readStatistics",
            "Offers, wins, answers",
            "Of the jobs that were offered in a time: offers, wins, answers and the median time to answer, by the hour of the offer and by candidate. "
            + "A person sees its own, an administrator everybody's. Where complete is false, only the newest 100,000 jobs were counted.",
            new ParameterDescription("from", "The first moment; 24 hours before to when left out. At most 31 days before to."),
            new ParameterDescription("to", "The moment after the last; now when left out."),
            new ParameterDescription("candidate", "me, also for who leaves it out and is no administrator. An administrator may name anybody."));
}

/// <param name="From">The first moment.</param>
/// <param name="To">The moment after the last.</param>
/// <param name="Jobs">Jobs that were counted.</param>
/// <param name="Complete">False where only the newest of them were counted.</param>
/// <param name="ByHour">By the hour of the offer, oldest first; hours without offers are left out.</param>
/// <param name="ByCandidate">Most offers first, at most 1,000 people.</param>
internal sealed record StatisticsBody(
    DateTimeOffset From, DateTimeOffset To, long Jobs, bool Complete, IReadOnlyList<FiguresBody> ByHour, IReadOnlyList<FiguresBody> ByCandidate)
{
    public static StatisticsBody Of(StatisticsQuery query, JobStatistics statistics) => new(
        query.From,
        query.To,
        statistics.Jobs,
        statistics.IsComplete,
        [.. statistics.ByHour.Select(hour => FiguresBody.Of(hour.Figures) with { Hour = hour.Hour })],
        [.. statistics.ByCandidate.Select(person => FiguresBody.Of(person.Figures) with { Candidate = person.Candidate })]);
}

/// <param name="Offers">Pairs of a job and a candidate.</param>
/// <param name="Wins">Jobs that the candidate has, or had when they ended.</param>
/// <param name="Accepted">Answers that took a job, also those that were withdrawn later.</param>
/// <param name="Declined">Answers that did not.</param>
/// <param name="MedianToAnswerMs">Half of the answers came sooner after the offer; null without answers.</param>
internal sealed record FiguresBody(long Offers, long Wins, long Accepted, long Declined, long? MedianToAnswerMs)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyOrder(-1)]
    public DateTimeOffset? Hour { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyOrder(-1)]
    public string? Candidate { get; init; }

    public static FiguresBody Of(StatisticsFigures figures) =>
        new(figures.Offers, figures.Wins, figures.Accepted, figures.Declined, figures.MedianToAnswer is { } median ? (long)median.TotalMilliseconds : null);
}
