using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>
/// Counts over the views of the jobs that were offered in a time. A view holds its job once, at its newest version, so an event that is
/// delivered twice is counted once, and a rebuilt view counts like the one before. One silo works out few of them at a time: they take
/// the store's time, which lists need too.
/// </summary>
internal sealed class JobViewStatistics(IJobViewStore views, IJobViewIndex index) : IDisposable
{
    // A job may have hundreds of candidates.
    private const int Batch = 100;
    private const int AtOnce = 2;
    private const int MaxCandidates = 1_000;

    /// <summary>Jobs counted for one answer.</summary>
    public const int MaxJobs = 100_000;

    private readonly SemaphoreSlim _turns = new(AtOnce);

    public async Task<JobStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken = default)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await CountInTurnAsync(query, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<JobStatistics> CountInTurnAsync(StatisticsQuery query, CancellationToken cancellationToken)
    {
        var (hours, candidates) = (new Dictionary<DateTimeOffset, Tally>(), new Dictionary<string, Tally>(StringComparer.Ordinal));
        var (first, jobs, isComplete) = (query.From.ToUnixTimeMilliseconds(), 0L, true);
        ViewOrder order = query.Candidate is { } candidate ? new ViewOrder.OfCandidate(candidate) : new ViewOrder.All();

        // No id comes before the empty one: what was created at To itself is not behind this position.
        for (var after = new JobPosition(query.To.ToUnixTimeMilliseconds(), ""); ;)
        {
            var entries = await index.ScanAsync(order, after, Batch, withTitles: false, cancellationToken);
            var wanted = entries.TakeWhile(entry => entry.Position.CreatedAt >= first).ToList();
            if (wanted.Count > 0)
            {
                foreach (var view in (await views.ReadAsync([.. wanted.Select(entry => entry.Position.JobRequestId)], cancellationToken)).Values) Count(view, query.Candidate, hours, candidates);
                jobs += wanted.Count;
            }

            if (wanted.Count < Batch) break;
            isComplete = jobs < MaxJobs;
            if (!isComplete) break;
            after = wanted[^1].Position;
        }

        return new JobStatistics(
            [.. hours.OrderBy(hour => hour.Key).Select(hour => new HourStatistics(hour.Key, hour.Value.ToFigures()))],
            [
                .. candidates.OrderByDescending(person => person.Value.Offers).ThenBy(person => person.Key, StringComparer.Ordinal).Take(MaxCandidates)
                    .Select(person => new CandidateStatistics(person.Key, person.Value.ToFigures())),
            ],
            jobs,
            isComplete);
    }

    private static void Count(JobView view, string? only, Dictionary<DateTimeOffset, Tally> hours, Dictionary<string, Tally> candidates)
    {
        var createdAt = view.Job.CreatedAt.ToUniversalTime();
        var hour = Of(hours, createdAt - TimeSpan.FromTicks(createdAt.Ticks % TimeSpan.TicksPerHour));
        foreach (var candidate in view.Job.Candidates.Where(candidate => only is null || candidate.Id == only))
            foreach (var tally in new[] { hour, Of(candidates, candidate.Id) })
                tally.Offer(isWon: view.Job.Winner == candidate.Id);
        foreach (var answer in view.Answers.Where(answer => only is null || answer.Candidate == only))
            foreach (var tally in new[] { hour, Of(candidates, answer.Candidate) })
                tally.Answer(answer);
    }

    private static Tally Of<TKey>(Dictionary<TKey, Tally> tallies, TKey key)
        where TKey : notnull
    {
        if (!tallies.TryGetValue(key, out var tally)) tallies.Add(key, tally = new Tally());
        return tally;
    }

    private sealed class Tally
    {
        private readonly List<TimeSpan> _times = [];
        private long _wins;
        private long _accepted;

        public long Offers { get; private set; }

        public void Offer(bool isWon)
        {
            Offers++;
            if (isWon) _wins++;
        }

        public void Answer(JobAnswer answer)
        {
            _times.Add(answer.After);
            if (answer.Answer == CandidateAnswer.Accepted) _accepted++;
        }

        public StatisticsFigures ToFigures()
        {
            _times.Sort();
            TimeSpan? median = _times.Count == 0 ? null : (_times[(_times.Count - 1) / 2] + _times[_times.Count / 2]) / 2;
            return new StatisticsFigures(Offers, _wins, _accepted, _times.Count - _accepted, median);
        }
    }
}
