namespace JobRequests.Verification;

/// <summary>Counts what a run reads and finds; safe for several threads.</summary>
internal sealed class Tally(int maxReported, Action<Violation>? onViolation)
{
    private readonly Lock _gate = new();
    private readonly long[] _violations = new long[Invariants.All.Count + 1];
    private readonly List<Violation> _first = [];
    private long _jobs;
    private long _documents;
    private long _views;
    private long _unpublished;
    private long _viewsBehind;
    private long _partial;
    private long _linearizable;
    private long _undecided;

    public long Suspects { get; set; }

    public long Unsettled { get; set; }

    public void Count(JobEvidence evidence, JobFindings findings)
    {
        lock (_gate)
        {
            _jobs++;
            if (evidence.Document is { } document && document != DocumentEvidence.None) _documents++;
            if (evidence.View is { } view && view != ViewEvidence.None) _views++;
            if (findings.IsUnpublished) _unpublished++;
            if (findings.IsViewBehind) _viewsBehind++;
            if (findings.IsPartial) _partial++;
            if (findings.Linearizability == Linearizability.Linearizable) _linearizable++;
            if (findings.Linearizability == Linearizability.Undecided) _undecided++;
        }
    }

    public void Report(IEnumerable<Violation> violations)
    {
        lock (_gate)
        {
            foreach (var violation in violations)
            {
                _violations[(int)violation.Invariant]++;
                if (_first.Count < maxReported) _first.Add(violation);
                onViolation?.Invoke(violation);
            }
        }
    }

    public VerificationReport ToReport(long records, long calls, IReadOnlyList<string> notes, TimeSpan duration) => new()
    {
        Jobs = _jobs,
        Documents = _documents,
        Views = _views,
        Records = records,
        Calls = calls,
        Unpublished = _unpublished,
        ViewsBehind = _viewsBehind,
        Partial = _partial,
        Linearizable = _linearizable,
        Undecided = _undecided,
        Suspects = Suspects,
        Unsettled = Unsettled,
        Violations = Invariants.All.ToDictionary(invariant => invariant, invariant => _violations[(int)invariant]),
        First = _first,
        Notes = notes,
        Duration = duration,
    };
}
