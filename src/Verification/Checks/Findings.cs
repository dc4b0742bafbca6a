namespace JobRequests.Verification;

/// <summary>What the checks of one job have found.</summary>
internal sealed class Findings(string? job)
{
    private readonly List<Violation> _violations = [];

    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>Events that are not published yet; no violation while something may still be under way.</summary>
    public bool IsUnpublished { get; set; }

    /// <summary>A view that is behind its document; no violation while something may still be under way.</summary>
    public bool IsViewBehind { get; set; }

    /// <summary>The oldest events were compacted, so what rests on them was not checked.</summary>
    public bool IsPartial { get; set; }

    /// <summary>What the search for an order of the calls came to.</summary>
    public Linearizability Linearizability { get; set; }

    public void Add(Invariant invariant, string message, int? version = null, string? caller = null, string? key = null, params IEnumerable<string> evidence) =>
        _violations.Add(new Violation(invariant, job, version, caller, key, message, [.. evidence]));
}
