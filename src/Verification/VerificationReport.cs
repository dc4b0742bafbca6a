namespace JobRequests.Verification;

/// <summary>What a run has read and found.</summary>
public sealed record VerificationReport
{
    /// <summary>Jobs of which anything was read.</summary>
    public long Jobs { get; init; }

    public long Documents { get; init; }

    public long Views { get; init; }

    /// <summary>Records of <c>requests</c>, <c>finalevents</c> and <c>requests.dead-letter</c>.</summary>
    public long Records { get; init; }

    public long Calls { get; init; }

    /// <summary>Jobs with events that are not published yet.</summary>
    public long Unpublished { get; init; }

    /// <summary>Jobs whose view is behind.</summary>
    public long ViewsBehind { get; init; }

    /// <summary>Jobs whose oldest events are gone, and with them a part of the checks.</summary>
    public long Partial { get; init; }

    /// <summary>Jobs of which one order of the calls gives all answers that the history has.</summary>
    public long Linearizable { get; init; }

    /// <summary>Jobs of which no such order was found before the search was abandoned.</summary>
    public long Undecided { get; init; }

    /// <summary>Jobs that looked wrong and were read again.</summary>
    public long Suspects { get; init; }

    /// <summary>Suspects that kept changing, so that nothing could be said.</summary>
    public long Unsettled { get; init; }

    /// <summary>Violations by invariant; every invariant is there.</summary>
    public required IReadOnlyDictionary<Invariant, long> Violations { get; init; }

    /// <summary>The first ones.</summary>
    public IReadOnlyList<Violation> First { get; init; } = [];

    /// <summary>What was not judged, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public TimeSpan Duration { get; init; }

    public long ViolationCount => Violations.Values.Sum();

    public bool IsClean => ViolationCount == 0;
}
