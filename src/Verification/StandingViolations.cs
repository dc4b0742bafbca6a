namespace JobRequests.Verification;

/// <summary>What a watch has found and not seen right since; bounded by what a report holds.</summary>
internal sealed class StandingViolations(IReadOnlyList<Violation> ofTheRun)
{
    private readonly Dictionary<string, IReadOnlyList<Violation>> _byJob = new(StringComparer.Ordinal);
    private bool _isFirst = true;

    /// <summary>Jobs to be judged again, changed or not.</summary>
    public IReadOnlyCollection<string> Jobs => [.. _byJob.Keys];

    /// <param name="found">What is wrong with the jobs that were judged; all that stood were among them.</param>
    /// <returns>Violations of jobs that had none before.</returns>
    public IReadOnlyList<Violation> Update(IReadOnlyDictionary<string, IReadOnlyList<Violation>> found)
    {
        List<Violation> fresh = _isFirst ? [.. ofTheRun] : [];
        _isFirst = false;
        // What stood and was no suspect this time looked right.
        foreach (var job in _byJob.Keys.Where(job => !found.ContainsKey(job)).ToList()) _byJob.Remove(job);
        foreach (var (job, violations) in found)
        {
            if (!_byJob.ContainsKey(job)) fresh.AddRange(violations);
            _byJob[job] = violations;
        }

        return fresh;
    }

    public IReadOnlyDictionary<Invariant, long> Count()
    {
        var counts = Invariants.All.ToDictionary(invariant => invariant, _ => 0L);
        foreach (var violation in _byJob.Values.SelectMany(violations => violations).Concat(ofTheRun)) counts[violation.Invariant]++;
        return counts;
    }
}
