using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Silo.Tests;

/// <summary>What statistics mean: each view looked at, one after the other.</summary>
internal static class Statistics
{
    public static JobStatistics Of(IEnumerable<JobView> views, StatisticsQuery query, int maxJobs, int maxCandidates)
    {
        var jobs = views
            .Where(view => view.Job.CreatedAt >= query.From
                && view.Job.CreatedAt < query.To
                && (query.Candidate is null || view.Job.FindCandidate(query.Candidate) is not null))
            .OrderByDescending(view => view.Job.CreatedAt).ThenByDescending(view => view.JobRequestId, StringComparer.Ordinal)
            .Take(maxJobs).ToList();
        var parts = jobs.SelectMany(view => view.Job.Candidates
            .Where(candidate => query.Candidate is null || candidate.Id == query.Candidate)
            .Select(candidate => new Part(
                new DateTimeOffset(view.Job.CreatedAt.UtcDateTime.Date, TimeSpan.Zero).AddHours(view.Job.CreatedAt.UtcDateTime.Hour),
                candidate.Id,
                view.Job.Winner == candidate.Id,
                [.. view.Answers.Where(answer => answer.Candidate == candidate.Id)]))).ToList();
        return new JobStatistics(
            [.. parts.GroupBy(part => part.Hour).OrderBy(hour => hour.Key).Select(hour => new HourStatistics(hour.Key, Figures([.. hour])))],
            [
                .. parts.GroupBy(part => part.Candidate)
                    .OrderByDescending(person => person.Count())
                    .ThenBy(person => person.Key, StringComparer.Ordinal)
                    .Take(maxCandidates)
                    .Select(person => new CandidateStatistics(person.Key, Figures([.. person]))),
            ],
            jobs.Count,
            jobs.Count < maxJobs);
    }

    public static void AssertEqual(JobStatistics expected, JobStatistics found)
    {
        Assert.Equal((expected.Jobs, expected.IsComplete), (found.Jobs, found.IsComplete));
        Assert.Equal(expected.ByHour, found.ByHour);
        Assert.Equal(expected.ByCandidate, found.ByCandidate);
    }

    private static StatisticsFigures Figures(List<Part> parts)
    {
        var answers = parts.SelectMany(part => part.Answers).OrderBy(answer => answer.After).ToList();
        var accepted = answers.Count(answer => answer.Answer == CandidateAnswer.Accepted);
        TimeSpan? median = answers.Count == 0 ? null : (answers[(answers.Count - 1) / 2].After + answers[answers.Count / 2].After) / 2;
        return new StatisticsFigures(parts.Count, parts.Count(part => part.IsWon), accepted, answers.Count - accepted, median);
    }

    private sealed record Part(DateTimeOffset Hour, string Candidate, bool IsWon, List<JobAnswer> Answers);
}
